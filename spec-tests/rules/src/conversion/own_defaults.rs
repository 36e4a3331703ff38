//! A converter may have defaults of its own, and adds what the image does not speak of as it likes.
//!
//! Capabilities, namespaces, a variable or an annotation more: nothing of that is a breach, and so
//! an image that leaves everything to the converter has to be taken.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::CONFIG;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "conversion.md#conversion-to-oci-runtime-configuration",
    valid: &[
        Mutation::document("no-environment", CONFIG, |config, _| drop(config.member("config").remove("Env"))),
        Mutation::document("empty-environment", CONFIG, |config, _| set(config, "Env", Tree::strings(&[]))),
        Mutation::document("no-labels", CONFIG, |config, _| set(config, "Labels", Tree::object([]))),
        Mutation::document("no-working-directory", CONFIG, |config, _| {
            drop(config.member("config").remove("WorkingDir"));
        }),
    ],
    ..Rule::BASE
};
