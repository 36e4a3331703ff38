//! The operating system is a string.
//!
//! It is REQUIRED, so null is no way to leave it out.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Config;

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Config(check),
    invalid: &[
        Mutation::document("null", CONFIG, |config, _| config.set("os", Tree::Null)),
        Mutation::document("number", CONFIG, |config, _| config.set("os", Tree::Integer(3))),
        Mutation::document("array", CONFIG, |config, _| {
            config.set("os", Tree::strings(&["linux"]));
        }),
    ],
    unclear: &[Mutation::document("empty", CONFIG, |config, _| config.set("os", ""))],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(config.os, Kind::String, findings);
}
