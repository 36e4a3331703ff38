//! The operating system becomes the annotation `org.opencontainers.image.os`.
//!
//! A runtime configuration has no other place that says what the image was built for.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::spec::SpecVersion;

use super::{CONFIG, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, converted.config.os, "os", findings);
    }),
    valid: &[
        Mutation::document("as-it-is", CONFIG, |_, _| ()),
        // Nobody has to convert for every operating system there is.
        Mutation::document("another", CONFIG, |config, _| config.set("os", "freebsd")).may_be_refused(),
    ],
    ..Rule::BASE
};
