//! The architecture becomes the annotation `org.opencontainers.image.architecture`.
//!
//! It stays as the image writes it, which is in the terms of Go and not in those of `uname`.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::spec::SpecVersion;

use super::{CONFIG, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, converted.config.architecture, "architecture", findings);
    }),
    valid: &[
        Mutation::document("as-it-is", CONFIG, |_, _| ()),
        Mutation::document("another", CONFIG, |config, _| config.set("architecture", "ppc64le")),
    ],
    ..Rule::BASE
};
