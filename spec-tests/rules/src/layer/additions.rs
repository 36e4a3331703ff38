//! A path that a layer adds and one that it changes have the same kind of entry: a complete one.
//!
//! There are no differences of files in a layer. An unpacker that takes an entry for one, or leaves out
//! what it believes to be there already, keeps old content.

use seaworthy_generators::layer::{file, with};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#change-types",
    valid: &[
        Mutation::entries("added", |members, _| {
            *members = vec![file("etc/new", "new\n")];
        }),
        Mutation::entries("changed", |members, _| {
            *members = vec![file("etc/motd", "ahoy again\n")];
        }),
        Mutation::entries("shortened", |members, _| {
            *members = vec![file("etc/motd", "a")];
        }),
        Mutation::entries("emptied", |members, _| {
            *members = vec![file("etc/motd", "")];
        }),
        Mutation::entries("grown", |members, _| {
            *members = vec![file("etc/motd", "ahoy\n".repeat(1000))];
        }),
        Mutation::entries("mode-alone-changed", |members, _| {
            *members = vec![with(file("etc/motd", "ahoy\n"), |motd| motd.mode = 0o600)];
        }),
        Mutation::entries("unchanged", |members, _| {
            *members = vec![file("etc/motd", "ahoy\n")];
        }),
        Mutation::entries("same-size-and-time", |members, _| {
            *members = vec![file("etc/motd", "yoha\n")];
        }),
    ],
    ..Rule::BASE
};
