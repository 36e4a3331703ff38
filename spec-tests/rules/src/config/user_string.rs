//! The user is a string, if it is given.
//!
//! A reader that ignores a number here runs the process as root.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Execution;

use super::given;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("User"))),
        Mutation::document("null", CONFIG, |config, _| config.member("config").set("User", Tree::Null)),
        // What builders write when no user is set.
        Mutation::document("empty", CONFIG, |config, _| config.member("config").set("User", "")),
    ],
    invalid: &[
        Mutation::document("number", CONFIG, |config, _| {
            config.member("config").set("User", Tree::Integer(1000));
        }),
        Mutation::document("object", CONFIG, |config, _| {
            config.member("config").set("User", Tree::object([("uid", Tree::Integer(1000))]));
        }),
    ],
    ..Rule::BASE
};

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(execution.user), Kind::String, findings);
}
