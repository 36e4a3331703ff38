//! An image configuration is a JSON object.
//!
//! Readers that decode into optional fields take `null` for a configuration in which everything
//! is left out.

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
        Mutation::document("array", CONFIG, |config, _| *config = Tree::from(vec![config.clone()])),
        Mutation::document("null", CONFIG, |config, _| *config = Tree::Null),
        Mutation::document("text-of-an-object", CONFIG, |config, _| {
            *config = String::from_utf8_lossy(&config.compact()).into_owned().into();
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(Some(config.value), Kind::Object, findings);
}
