//! The paths of entries are relative to the root of the image, with or without `./` in front.
//!
//! The specification shows it by examples only. The name of the directory that was packed is no part of a
//! path. What a leading slash or a `..` means is left open; that nothing may be written outside is the
//! matter of every program's own safety.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#populate-initial-filesystem",
    valid: &[
        Mutation::entries("plain", |members, _| {
            *members = vec![directory("a/"), file("a/b", "b")];
        }),
        Mutation::entries("dot-in-front", |members, _| {
            *members = vec![directory("./"), directory("./a/"), file("./a/b", "b")];
        }),
        Mutation::entries("both", |members, _| {
            *members = vec![directory("a/"), file("./a/b", "b")];
        }),
        Mutation::entries("root-as-a-dot", |members, _| {
            *members = vec![directory("."), file("a", "a")];
        }),
        Mutation::entries("dots-in-names", |members, _| {
            *members = vec![file("..a", "1"), file("a..", "2"), file("...", "3")];
        }),
        Mutation::entries("longer-than-its-field", |members, _| {
            *members = vec![file("d/".repeat(60) + "f", "f")];
        }),
        Mutation::entries("component-of-255-bytes", |members, _| {
            *members = vec![file("n".repeat(255), "f")];
        }),
        Mutation::entries("blanks-and-line-feeds", |members, _| {
            *members = vec![file(" a b\n", "1")];
        }),
        Mutation::entries("not-utf-8", |members, _| {
            *members = vec![file(b"\xff\xfe", "1")];
        }),
        Mutation::entries("backslash", |members, _| {
            *members = vec![file("a\\b", "1")];
        }),
    ],
    unclear: &[
        Mutation::entries("absolute", |members, _| {
            *members = vec![file("/a", "1")];
        }),
        Mutation::entries("parent-within", |members, _| {
            *members = vec![file("etc/../a", "1")];
        }),
        Mutation::entries("parent-above", |members, _| {
            *members = vec![file("../a", "1")];
        }),
        Mutation::entries("empty-component", |members, _| {
            *members = vec![file("etc//a", "1")];
        }),
        Mutation::entries("dot-within", |members, _| {
            *members = vec![file("etc/./a", "1")];
        }),
        Mutation::entries("empty", |members, _| {
            *members = vec![file("", "1")];
        }),
        Mutation::entries("slash-after-a-file", |members, _| {
            *members = vec![file("a/", "1")];
        }),
    ],
    ..Rule::BASE
};
