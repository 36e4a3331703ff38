//! The mark that arguments are escaped already is a boolean, if it is given.
//!
//! It tells Docker on Windows not to quote a command line again; the text "false" is true to a
//! reader that only asks whether something is there.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Execution;

use super::given;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null))],
    invalid: &[
        Mutation::document("string", CONFIG, |config, _| set(config, "true".into())),
        Mutation::document("number", CONFIG, |config, _| set(config, Tree::Integer(1))),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, value: Tree) {
    config.member("config").set("ArgsEscaped", value);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(execution.args_escaped), Kind::Bool, findings);
}
