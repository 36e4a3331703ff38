//! The reserved member Healthcheck is an object, if it is given.
//!
//! It means something to Docker only, and is reserved so that nobody gives it another meaning.
//! The JSON schema does not know it, so its type is judged as advice.

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
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("as-docker-writes-it", CONFIG, |config, _| {
            let test = Tree::strings(&["CMD-SHELL", "test -s /data/log"]);
            let interval = Tree::Integer(30_000_000_000);
            set(config, Tree::object([("Test", test), ("Interval", interval)]));
        }),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
    ],
    invalid: &[
        Mutation::document("string", CONFIG, |config, _| set(config, "test -s /data/log".into())),
        Mutation::document("array", CONFIG, |config, _| {
            set(config, Tree::strings(&["CMD-SHELL", "test -s /data/log"]));
        }),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, healthcheck: Tree) {
    config.member("config").set("Healthcheck", healthcheck);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    expect_kind(given(execution.healthcheck), Kind::Object, findings);
}
