//! Once a whiteout is applied, it is not part of the file system itself.
//!
//! Plain extraction leaves markers lying about; the next tool that packs the tree turns them into new
//! whiteouts.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#whiteouts",
    valid: &[
        Mutation::entries("that-removed-something", |members, _| {
            *members = vec![file("etc/.wh.motd", "")];
        }),
        Mutation::entries("that-removed-nothing", |members, _| {
            *members = vec![file("etc/.wh.nowhere", "")];
        }),
        Mutation::entries("at-the-root", |members, _| {
            *members = vec![file(".wh.nowhere", "")];
        }),
        Mutation::entries("beside-new-files", |members, _| {
            *members = vec![file("etc/.wh.motd", ""), file("etc/new", "n")];
        }),
        Mutation::entries("opaque", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..wh..opq", "")];
        })
        .against_advice(),
    ],
    ..Rule::BASE
};
