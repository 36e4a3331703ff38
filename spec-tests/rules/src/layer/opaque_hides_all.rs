//! An opaque whiteout hides everything in its directory: hidden files, directories, and all below them.
//!
//! The directory itself stays.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#opaque-whiteout",
    valid: &[
        Mutation::entries("every-child", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("every-descendant", |members, _| {
            *members = vec![directory("etc/"), file("etc/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("and-not-what-is-new", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..wh..opq", ""), file("etc/ports/north", "new\n"), file("etc/ports/west", "w")];
        })
        .against_advice(),
    ],
    ..Rule::BASE
};
