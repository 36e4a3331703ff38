//! The signal that stops a container is a string, if it is given.
//!
//! A bare number means another signal on another system, so the specification has names.

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
        Mutation::document("present", CONFIG, |config, _| set(config, "SIGKILL")),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
    ],
    invalid: &[
        Mutation::document("number", CONFIG, |config, _| set(config, Tree::Integer(9))),
        Mutation::document("array", CONFIG, |config, _| set(config, Tree::strings(&["SIGTERM", "SIGKILL"]))),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, stop_signal: impl Into<Tree>) {
    config.member("config").set("StopSignal", stop_signal);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(execution.stop_signal), Kind::String, findings);
}
