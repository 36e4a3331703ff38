//! The exposed ports are an object of objects, if they are given.
//!
//! It is a set in the way Go writes one. Hand-made configurations have an array instead, or `true`
//! as the values, and typed readers refuse them.

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
            set(config, Tree::object([("8080/tcp", Tree::object([]))]));
        }),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| set(config, Tree::object([]))),
    ],
    invalid: &[
        Mutation::document("array", CONFIG, |config, _| set(config, Tree::strings(&["80/tcp"]))),
        Mutation::document("string", CONFIG, |config, _| set(config, "80/tcp".into())),
        Mutation::document("number-as-a-value", CONFIG, |config, _| {
            set(config, Tree::object([("80/tcp", Tree::Integer(8080))]));
        }),
        Mutation::document("boolean-as-a-value", CONFIG, |config, _| {
            set(config, Tree::object([("80/tcp", true.into())]));
        }),
    ],
    unclear: &[Mutation::document("null-as-a-value", CONFIG, |config, _| {
        set(config, Tree::object([("80/tcp", Tree::Null)]));
    })],
    ..Rule::BASE
};

fn set(config: &mut Tree, ports: Tree) {
    config.member("config").set("ExposedPorts", ports);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_objects(given(execution.exposed_ports), findings);
}
