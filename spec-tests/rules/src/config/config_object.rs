//! The execution parameters are an object, if they are given.
//!
//! An image may come without any. Readers that take the member for granted then follow a pointer
//! to nothing.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Config;

use super::given;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("config"))),
        Mutation::document("null", CONFIG, |config, _| config.set("config", Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| config.set("config", Tree::object([]))),
    ],
    invalid: &[
        Mutation::document("array", CONFIG, |config, _| config.set("config", Tree::strings(&[]))),
        Mutation::document("string", CONFIG, |config, _| config.set("config", "")),
        Mutation::document("boolean", CONFIG, |config, _| config.set("config", false)),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(config.config), Kind::Object, findings);
}
