//! A whiteout acts on the layers below, and not on what its own layer adds.
//!
//! An unpacker that works entry by entry deletes what came just before, or what comes after.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#whiteouts",
    valid: &[
        Mutation::entries("before-a-file", |members, _| {
            *members = vec![file("etc/.wh.motd", ""), file("etc/motd", "mine\n")];
        }),
        Mutation::entries("after-a-file", |members, _| {
            *members = vec![file("etc/motd", "mine\n"), file("etc/.wh.motd", "")];
        })
        .against_advice(),
        Mutation::entries("before-a-directory", |members, _| {
            *members = vec![file("etc/.wh.ports", ""), directory("etc/ports/"), file("etc/ports/west", "w")];
        }),
        Mutation::entries("after-a-directory", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/west", "w"), file("etc/.wh.ports", "")];
        })
        .against_advice(),
        Mutation::entries("before-a-directory-without-entry", |members, _| {
            *members = vec![file("etc/.wh.ports", ""), file("etc/ports/west", "w")];
        }),
        Mutation::entries("after-a-directory-without-entry", |members, _| {
            *members = vec![file("etc/ports/west", "w"), file("etc/.wh.ports", "")];
        }),
        Mutation::entries("of-what-only-this-layer-has", |members, _| {
            *members = vec![file(".wh.new", ""), file("new", "n")];
        }),
        Mutation::entries("directory-becomes-a-file", |members, _| {
            *members = vec![file("etc/.wh.ports", ""), file("etc/ports", "p")];
        }),
        Mutation::entries("file-becomes-a-directory", |members, _| {
            *members = vec![file("etc/.wh.motd", ""), directory("etc/motd/"), file("etc/motd/today", "t")];
        }),
    ],
    ..Rule::BASE
};
