//! The architecture is a string.
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
        Mutation::document("null", CONFIG, |config, _| config.set("architecture", Tree::Null)),
        Mutation::document("number", CONFIG, |config, _| config.set("architecture", Tree::Integer(386))),
        Mutation::document("array", CONFIG, |config, _| {
            config.set("architecture", Tree::strings(&["amd64", "arm64"]));
        }),
    ],
    unclear: &[Mutation::document("empty", CONFIG, |config, _| config.set("architecture", ""))],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(config.architecture, Kind::String, findings);
}
