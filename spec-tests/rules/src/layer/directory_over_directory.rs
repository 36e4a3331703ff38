//! A directory over a directory replaces its attributes, all of them, and keeps what is in it.
//!
//! An unpacker that merges the two leaves a mode or an attribute behind that nobody asked for.

use seaworthy_generators::layer::{directory, with};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#changeset-over-existing-files",
    valid: &[
        Mutation::entries("mode", |members, _| {
            *members = vec![with(directory("etc/"), |entry| entry.mode = 0o700)];
        }),
        Mutation::entries("owner", |members, _| {
            *members = vec![with(directory("etc/"), |entry| (entry.uid, entry.gid) = (5, 6))];
        }),
        Mutation::entries("time", |members, _| {
            *members = vec![with(directory("etc/"), |entry| entry.modified.seconds = 1_000_000_000)];
        }),
        Mutation::entries("all-of-the-root", |members, _| {
            *members = vec![with(directory("./"), |entry| {
                entry.mode = 0o711;
                entry.modified.seconds = 1_000_000_000;
            })];
        }),
        Mutation::entries("nothing", |members, _| {
            *members = vec![directory("etc/")];
        }),
        Mutation::entries("without-a-slash", |members, _| {
            *members = vec![with(directory("etc"), |entry| entry.mode = 0o700)];
        }),
        Mutation::entries("nested", |members, _| {
            *members = vec![with(directory("etc/ports/far/"), |entry| entry.mode = 0o1777)];
        }),
    ],
    ..Rule::BASE
};
