//! The mark that an entry of the history made no layer is a boolean, if it is given.
//!
//! The text "false" is true to a reader that only asks whether something is there, and all layers
//! after it are then told by the wrong entry.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::History;

use super::{edit_first_entry, given};
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::History(check),
    valid: &[
        Mutation::document("false", CONFIG, |config, _| set(config, false.into())),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
    ],
    invalid: &[
        Mutation::document("string", CONFIG, |config, _| set(config, "false".into())),
        Mutation::document("number", CONFIG, |config, _| set(config, Tree::Integer(0))),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, value: Tree) {
    edit_first_entry(config, |entry| entry.set("empty_layer", value.clone()));
}

fn check(history: &History<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(history.empty_layer), Kind::Bool, findings);
}
