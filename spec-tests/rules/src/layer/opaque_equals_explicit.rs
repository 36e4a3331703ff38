//! An opaque whiteout and one whiteout for each child come to the same, and both are accepted.
//!
//! Builders use one form or the other, and some both in one layer.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#opaque-whiteout",
    valid: &[
        Mutation::entries("opaque", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("explicit", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..hidden", ""), file("etc/ports/.wh.far", ""), file("etc/ports/.wh.north", "")];
        }),
        Mutation::entries("both", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..wh..opq", ""), file("etc/ports/.wh.north", "")];
        })
        .against_advice(),
        Mutation::entries("directory-removed-and-made-anew", |members, _| {
            *members = vec![file("etc/.wh.ports", ""), directory("etc/ports/")];
        }),
    ],
    ..Rule::BASE
};
