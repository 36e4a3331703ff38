//! A file called `.wh..wh..opq` stands for everything in its directory that the layers below have.
//!
//! A program without a word for it removes a file called `.wh..opq`, and keeps everything.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#opaque-whiteout",
    valid: &[
        Mutation::entries("in-a-directory", |members, _| {
            *members = vec![directory("etc/ports/"), file("etc/ports/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("at-the-root", |members, _| {
            *members = vec![file(".wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("at-the-root-beside-new-files", |members, _| {
            *members = vec![directory("./"), file("./.wh..wh..opq", ""), file("./new", "n")];
        })
        .against_advice(),
        Mutation::entries("without-an-entry-of-the-directory", |members, _| {
            *members = vec![file("etc/ports/.wh..wh..opq", "")];
        })
        .against_advice(),
        Mutation::entries("in-a-directory-that-is-not-below", |members, _| {
            *members = vec![directory("new/"), file("new/.wh..wh..opq", ""), file("new/f", "f")];
        })
        .against_advice(),
    ],
    unclear: &[
        Mutation::entries("one-dot-less", |members, _| {
            *members = vec![file("etc/.wh..wh.opq", "")];
        }),
        Mutation::entries("upper-case", |members, _| {
            *members = vec![file("etc/.wh..wh..OPQ", "")];
        }),
        Mutation::entries("of-aufs", |members, _| {
            *members = vec![file(".wh..wh.plnk", "")];
        }),
        Mutation::entries("of-a-whiteout", |members, _| {
            *members = vec![file("etc/.wh..wh.motd", "")];
        }),
        Mutation::entries("in-a-directory-that-nobody-has", |members, _| {
            *members = vec![file("nowhere/.wh..wh..opq", "")];
        }),
    ],
    ..Rule::BASE
};
