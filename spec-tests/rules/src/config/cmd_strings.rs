//! The command is an array of strings, if it is given.
//!
//! Like the entrypoint it is passed on argument by argument, without a shell.

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("Cmd"))),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| set(config, Tree::strings(&[]))),
        Mutation::document("empty-argument", CONFIG, |config, _| {
            set(config, Tree::strings(&["/etc/motd", ""]));
        }),
    ],
    invalid: &[
        Mutation::document("string", CONFIG, |config, _| set(config, "/etc/motd")),
        Mutation::document("array-in-the-array", CONFIG, |config, _| {
            set(config, vec![Tree::strings(&["/etc/motd"])]);
        }),
        Mutation::document("boolean-in-the-array", CONFIG, |config, _| {
            set(config, vec!["/etc/motd".into(), true.into()]);
        }),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, cmd: impl Into<Tree>) {
    config.member("config").set("Cmd", cmd);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_strings(given(execution.cmd), findings);
}
