//! The entrypoint is an array of strings, if it is given.
//!
//! A string would have to be split by a shell, and every shell splits differently.

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("Entrypoint"))),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| set(config, Tree::strings(&[]))),
        Mutation::document("empty-argument", CONFIG, |config, _| {
            set(config, Tree::strings(&["/bin/cat", ""]));
        }),
    ],
    invalid: &[
        Mutation::document("string", CONFIG, |config, _| set(config, "/bin/cat /etc/motd")),
        Mutation::document("object", CONFIG, |config, _| set(config, Tree::object([]))),
        Mutation::document("number-in-the-array", CONFIG, |config, _| {
            set(config, vec!["/bin/cat".into(), Tree::Integer(1)]);
        }),
        Mutation::document("null-in-the-array", CONFIG, |config, _| {
            set(config, vec!["/bin/cat".into(), Tree::Null]);
        }),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, entrypoint: impl Into<Tree>) {
    config.member("config").set("Entrypoint", entrypoint);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_strings(given(execution.entrypoint), findings);
}
