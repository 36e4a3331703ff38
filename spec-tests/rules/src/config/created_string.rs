//! The date of creation is a string, if it is given.
//!
//! A count of seconds since 1970 is the usual slip; typed readers then refuse the whole image.

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("created"))),
        Mutation::document("null", CONFIG, |config, _| config.set("created", Tree::Null)),
    ],
    invalid: &[
        Mutation::document("number", CONFIG, |config, _| {
            config.set("created", Tree::Integer(1_767_323_045));
        }),
        Mutation::document("boolean", CONFIG, |config, _| config.set("created", false)),
        Mutation::document("object", CONFIG, |config, _| config.set("created", Tree::object([]))),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(config.created), Kind::String, findings);
}
