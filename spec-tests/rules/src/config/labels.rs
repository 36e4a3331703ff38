//! Labels are arbitrary metadata, and may be left out, be null or be empty.
//!
//! What they look like is the matter of the rules of annotations, which look at labels too; only
//! the null that a configuration may have for every OPTIONAL member is unlike annotations.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("present", CONFIG, |config, _| {
            set(config, Tree::object([("com.example.tide", "low".into())]));
        }),
        Mutation::document("empty-value", CONFIG, |config, _| {
            set(config, Tree::object([("com.example.tide", "".into())]));
        }),
        Mutation::document("pre-defined-key", CONFIG, |config, _| {
            set(config, Tree::object([("org.opencontainers.image.version", "1.0".into())]));
        }),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| set(config, Tree::object([]))),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, labels: Tree) {
    config.member("config").set("Labels", labels);
}
