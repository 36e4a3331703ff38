//! The variant of the architecture is a string, if it is given.
//!
//! Go's tools write `GOARM=7`, and a builder that passes it on makes a number of it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Config;

use super::given;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("present", CONFIG, |config, _| config.set("variant", "v2")),
        Mutation::document("null", CONFIG, |config, _| config.set("variant", Tree::Null)),
    ],
    invalid: &[
        Mutation::document("number", CONFIG, |config, _| config.set("variant", Tree::Integer(2))),
        Mutation::document("array", CONFIG, |config, _| config.set("variant", Tree::strings(&["v1", "v2"]))),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(config.variant), Kind::String, findings);
}
