//! A directory needs no entry because of what lies in it: the examples have it both ways.
//!
//! Many builders list only what changed. What attributes the directory gets is left open, and so is
//! whether one that is there already keeps its own.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#representing-changes",
    valid: &[
        Mutation::entries("new-directory", |members, _| {
            *members = vec![file("new/f", "f")];
        }),
        Mutation::entries("several-levels", |members, _| {
            *members = vec![file("new/far/away/f", "f")];
        }),
        Mutation::entries("known-directory", |members, _| {
            *members = vec![file("etc/ports/east", "e")];
        }),
        Mutation::entries("entry-of-the-directory-later", |members, _| {
            *members = vec![file("new/f", "f"), directory("new/")];
        }),
        Mutation::entries("whiteout-in-a-known-directory", |members, _| {
            *members = vec![file("etc/ports/.wh.north", "")];
        }),
    ],
    ..Rule::BASE
};
