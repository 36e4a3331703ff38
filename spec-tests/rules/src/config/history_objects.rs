//! The history is an array of objects, if it is given.
//!
//! It is there for people to read, so many images have none; a reader must not need it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::{Config, items};

use super::{edit_first_entry, given};
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("history"))),
        Mutation::document("null", CONFIG, |config, _| config.set("history", Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| config.set("history", Tree::strings(&[]))),
        Mutation::document("empty-entries", CONFIG, |config, _| {
            config.set("history", vec![Tree::object([]), Tree::object([])]);
        }),
    ],
    invalid: &[
        Mutation::document("object", CONFIG, |config, _| config.set("history", Tree::object([]))),
        Mutation::document("string", CONFIG, |config, _| config.set("history", "add etc, add data")),
        Mutation::document("array-of-strings", CONFIG, |config, _| {
            config.set("history", Tree::strings(&["add etc", "add data"]));
        }),
        Mutation::document("null-in-the-array", CONFIG, |config, _| {
            edit_first_entry(config, |entry| *entry = Tree::Null);
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    let history = given(config.history);
    expect_kind(history, Kind::Array, findings);
    items(history).for_each(|entry| expect_kind(Some(entry), Kind::Object, findings));
}
