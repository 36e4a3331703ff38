//! The working directory is a string, if it is given.
//!
//! The process starts there; a reader that skips a value of another type starts it in the root.

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("WorkingDir"))),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("not-in-the-image", CONFIG, |config, _| set(config, "/srv/no/such/directory")),
        Mutation::document("blank-in-the-path", CONFIG, |config, _| set(config, "/data/day one")),
    ],
    invalid: &[
        Mutation::document("array", CONFIG, |config, _| set(config, Tree::strings(&["/data"]))),
        Mutation::document("number", CONFIG, |config, _| set(config, Tree::Integer(1))),
    ],
    unclear: &[
        Mutation::document("empty", CONFIG, |config, _| set(config, "")),
        Mutation::document("relative", CONFIG, |config, _| set(config, "data")),
        Mutation::document("out-of-the-root", CONFIG, |config, _| set(config, "/data/../../etc")),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, working_dir: impl Into<Tree>) {
    config.member("config").set("WorkingDir", working_dir);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(execution.working_dir), Kind::String, findings);
}
