//! An opaque whiteout acts before everything that its layer adds, wherever it stands.
//!
//! An unpacker that empties the directory when it comes by the marker deletes the layer's own files, the
//! sooner if their directories have no entries of their own.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#opaque-whiteout",
    valid: &[
        Mutation::entries("first", |members, _| {
            *members = vec![directory("etc/"), file("etc/.wh..wh..opq", ""), directory("etc/ports/"), file("etc/ports/west", "w")];
        })
        .against_advice(),
        Mutation::entries("in-the-middle", |members, _| {
            *members = vec![directory("etc/"), file("etc/new", "n"), file("etc/.wh..wh..opq", ""), file("etc/ports/west", "w")];
        })
        .against_advice(),
        Mutation::entries("last", |members, _| {
            *members = vec![directory("etc/"), directory("etc/ports/"), directory("etc/ports/far/"), file("etc/ports/far/west", "w"), file("etc/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("last-without-directories", |members, _| {
            *members = vec![file("etc/ports/far/west", "w"), file("etc/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("before-its-directory", |members, _| {
            *members = vec![file("etc/.wh..wh..opq", ""), directory("etc/"), file("etc/new", "n")];
        })
        .against_advice(),
    ],
    ..Rule::BASE
};
