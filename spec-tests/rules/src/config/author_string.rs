//! The author is a string, if one is given.
//!
//! Several authors tempt to an array; readers that expect text fail on the whole configuration.

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("author"))),
        Mutation::document("null", CONFIG, |config, _| config.set("author", Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| config.set("author", "")),
        Mutation::document("address-only", CONFIG, |config, _| config.set("author", "crew@example.com")),
        Mutation::document("not-ascii", CONFIG, |config, _| config.set("author", "Ægir <æ@example.com>")),
    ],
    invalid: &[
        Mutation::document("array", CONFIG, |config, _| config.set("author", Tree::strings(&["Ann", "Ben"]))),
        Mutation::document("number", CONFIG, |config, _| config.set("author", Tree::Integer(1))),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(config.author), Kind::String, findings);
}
