//! An entry records the permissions with set-user-ID, set-group-ID and sticky, and unpacking restores
//! them, whatever the umask is.
//!
//! `sudo` without its bit does not work; a private key that everybody can read does not stay private.

use seaworthy_generators::layer::{directory, file, with};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#file-attributes",
    valid: &[
        Mutation::entries("no-permissions", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0)];
        }),
        Mutation::entries("owner-alone", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0o600)];
        }),
        Mutation::entries("everybody", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0o777)];
        }),
        Mutation::entries("set-user-id", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0o4755)];
        }),
        Mutation::entries("set-group-id", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0o2755)];
        }),
        Mutation::entries("set-group-id-not-executable", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0o2644)];
        }),
        Mutation::entries("all-bits", |members, _| {
            *members = vec![with(file("f", "f"), |entry| entry.mode = 0o7777)];
        }),
        Mutation::entries("sticky-directory", |members, _| {
            *members = vec![with(directory("d/"), |entry| entry.mode = 0o1777)];
        }),
        Mutation::entries("set-group-id-directory", |members, _| {
            *members = vec![with(directory("d/"), |entry| entry.mode = 0o2775), file("d/f", "f")];
        }),
        Mutation::entries("closed-directory-with-files", |members, _| {
            *members = vec![with(directory("d/"), |entry| entry.mode = 0o500), file("d/f", "f")];
        }),
        Mutation::entries("removed-from-a-file", |members, _| {
            *members = vec![with(file("bin/cat", "exit\n"), |entry| entry.mode = 0o644)];
        }),
    ],
    ..Rule::BASE
};
