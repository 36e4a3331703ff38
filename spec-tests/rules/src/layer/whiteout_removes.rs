//! A whiteout removes the path of its name, without the prefix, when the layer is applied.
//!
//! What should be gone and is not comes back into use: a password file, a vulnerable library.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#representing-changes",
    valid: &[
        Mutation::entries("of-a-file", |members, _| {
            *members = vec![file("etc/.wh.motd", "")];
        }),
        Mutation::entries("of-a-directory", |members, _| {
            *members = vec![file("etc/.wh.ports", "")];
        }),
        Mutation::entries("of-a-symbolic-link", |members, _| {
            *members = vec![file(".wh.lib", "")];
        }),
        Mutation::entries("of-a-target-not", |members, _| {
            *members = vec![file("etc/.wh.welcome", "")];
        }),
        Mutation::entries("of-one-hard-link", |members, _| {
            *members = vec![file("bin/.wh.dog", "")];
        }),
        Mutation::entries("of-a-hidden-file", |members, _| {
            *members = vec![file("etc/ports/.wh..hidden", "")];
        }),
        Mutation::entries("of-nothing", |members, _| {
            *members = vec![file("etc/.wh.nowhere", "")];
        }),
        Mutation::entries("of-the-start-of-a-name", |members, _| {
            *members = vec![file("etc/.wh.mot", "")];
        }),
        Mutation::entries("written-with-a-dot", |members, _| {
            *members = vec![file("./etc/.wh.motd", "")];
        }),
        Mutation::entries("of-several", |members, _| {
            *members = vec![file("etc/.wh.group", ""), file("etc/.wh.motd", ""), file("etc/.wh.ports", "")];
        }),
        Mutation::entries("with-a-directory-before-it", |members, _| {
            *members = vec![directory("etc/"), file("etc/.wh.motd", "")];
        }),
        Mutation::entries("in-a-new-directory", |members, _| {
            *members = vec![file("new/.wh.f", "")];
        }),
        Mutation::entries("of-everything-one-by-one", |members, _| {
            *members = vec![file("etc/ports/.wh..hidden", ""), file("etc/ports/.wh.far", ""), file("etc/ports/.wh.north", "")];
        }),
    ],
    ..Rule::BASE
};
