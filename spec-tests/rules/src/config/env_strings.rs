//! The environment is an array of strings, if it is given.
//!
//! Compose files write it as an object, and what is turned into an image that way has no environment
//! for most readers.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::Execution;

use super::{expect_strings, given};
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("Env"))),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| set(config, Tree::strings(&[]))),
    ],
    invalid: &[
        Mutation::document("object", CONFIG, |config, _| {
            set(config, Tree::object([("PATH", "/usr/bin:/bin".into())]));
        }),
        Mutation::document("string", CONFIG, |config, _| set(config, "PATH=/usr/bin:/bin")),
        Mutation::document("number-in-the-array", CONFIG, |config, _| set(config, vec![Tree::Integer(1)])),
        Mutation::document("null-in-the-array", CONFIG, |config, _| set(config, vec![Tree::Null])),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, env: impl Into<Tree>) {
    config.member("config").set("Env", env);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_strings(given(execution.env), findings);
}
