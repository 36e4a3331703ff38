//! The values of the volumes are empty objects.
//!
//! A driver or an option in one is lost as soon as a tool rewrites the set, which has no room for
//! them.

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
        let value = Tree::object([("driver", "local".into())]);
        config.member("config").set("Volumes", Tree::object([("/data", value)]));
    })],
    ..Rule::BASE
};

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_empty_objects(execution.volumes, findings);
}
