//! The values of the exposed ports are empty objects.
//!
//! They stand for Go's `struct{}`. Whatever is put into them is lost as soon as a tool rewrites
//! the set.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::Execution;

use super::expect_empty_objects;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "config.md#properties",
    check: Check::Execution(check),
    invalid: &[Mutation::document("member-in-a-value", CONFIG, |config, _| {
        let value = Tree::object([("HostPort", "8080".into())]);
        config.member("config").set("ExposedPorts", Tree::object([("80/tcp", value)]));
    })],
    ..Rule::BASE
};

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_empty_objects(execution.exposed_ports, findings);
}
