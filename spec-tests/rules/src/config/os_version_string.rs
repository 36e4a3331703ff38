//! The version of the operating system is a string, if it is given.
//!
//! A version like 10.0 is a number to careless writers of JSON, and loses its zero that way.

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
    valid: &[Mutation::document("null", CONFIG, |config, _| config.set("os.version", Tree::Null))],
    invalid: &[
        Mutation::document("number", CONFIG, |config, _| config.set("os.version", Tree::raw("10.0"))),
        Mutation::document("array", CONFIG, |config, _| {
            config.set("os.version", Tree::strings(&["10.0.14393.1066"]));
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(config.os_version), Kind::String, findings);
}
