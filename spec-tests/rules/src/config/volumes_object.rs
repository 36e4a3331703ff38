//! The volumes are an object of objects, if they are given.
//!
//! Like the exposed ports they are a set in the way Go writes one; an array of paths is what
//! people write by hand, and typed readers refuse it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::Execution;

use super::{expect_objects, given};
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("present", CONFIG, |config, _| {
            set(config, Tree::object([("/data", Tree::object([])), ("/data/log", Tree::object([]))]));
        }),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| set(config, Tree::object([]))),
    ],
    invalid: &[
        Mutation::document("array", CONFIG, |config, _| set(config, Tree::strings(&["/data"]))),
        Mutation::document("string", CONFIG, |config, _| set(config, "/data".into())),
        Mutation::document("string-as-a-value", CONFIG, |config, _| {
            set(config, Tree::object([("/data", "".into())]));
        }),
        Mutation::document("number-as-a-value", CONFIG, |config, _| {
            set(config, Tree::object([("/data", Tree::Integer(1))]));
        }),
    ],
    unclear: &[
        Mutation::document("null-as-a-value", CONFIG, |config, _| {
            set(config, Tree::object([("/data", Tree::Null)]));
        }),
        Mutation::document("relative-path", CONFIG, |config, _| {
            set(config, Tree::object([("data", Tree::object([]))]));
        }),
        Mutation::document("path-out-of-the-root", CONFIG, |config, _| {
            set(config, Tree::object([("/data/../../etc", Tree::object([]))]));
        }),
        Mutation::document("empty-path", CONFIG, |config, _| {
            set(config, Tree::object([("", Tree::object([]))]));
        }),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, volumes: Tree) {
    config.member("config").set("Volumes", volumes);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_objects(given(execution.volumes), findings);
}
