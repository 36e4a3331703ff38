//! A hard link is stored as an entry of type 1 with the path of its target, and unpacks to one more name
//! for the same file.
//!
//! A copy in its place takes more room, and a change by one name does not show by the other.

use seaworthy_generators::layer::{directory, fifo, file, hard_link, symlink, with};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#hardlinks",
    valid: &[
        Mutation::entries("to-a-file", |members, _| {
            *members = vec![file("one", "1"), hard_link("two", "one")];
        }),
        Mutation::entries("three-names", |members, _| {
            *members = vec![file("one", "1"), hard_link("two", "one"), hard_link("three", "one")];
        }),
        Mutation::entries("chain", |members, _| {
            *members = vec![file("one", "1"), hard_link("two", "one"), hard_link("three", "two")];
        }),
        Mutation::entries("in-another-directory", |members, _| {
            *members = vec![directory("d/"), file("d/one", "1"), directory("e/"), hard_link("e/two", "d/one")];
        }),
        Mutation::entries("target-with-a-dot", |members, _| {
            *members = vec![file("./one", "1"), hard_link("./two", "./one")];
        }),
        Mutation::entries("to-a-symbolic-link", |members, _| {
            *members = vec![symlink("one", "etc"), with(hard_link("two", "one"), |link| link.mode = 0o777)];
        })
        .may_be_refused(),
        Mutation::entries("to-a-fifo", |members, _| {
            *members = vec![fifo("one"), hard_link("two", "one")];
        })
        .may_be_refused(),
        Mutation::entries("target-longer-than-its-field", |members, _| {
            *members = vec![file("n".repeat(150), "1"), hard_link("two", "n".repeat(150))];
        }),
    ],
    unclear: &[
        Mutation::entries("to-a-later-entry", |members, _| {
            *members = vec![hard_link("one", "two"), file("two", "2")];
        }),
        Mutation::entries("to-nothing", |members, _| {
            *members = vec![hard_link("one", "nowhere")];
        }),
        Mutation::entries("absolute-target", |members, _| {
            *members = vec![file("one", "1"), hard_link("two", "/one")];
        }),
        Mutation::entries("to-itself", |members, _| {
            *members = vec![hard_link("one", "one")];
        }),
        Mutation::entries("with-a-size", |members, _| {
            *members = vec![file("one", "1"), with(hard_link("two", "one"), |link| link.size = 1)];
        }),
        Mutation::entries("with-other-attributes", |members, _| {
            *members = vec![file("one", "1"), with(hard_link("two", "one"), |link| link.mode = 0o600)];
        }),
    ],
    ..Rule::BASE
};
