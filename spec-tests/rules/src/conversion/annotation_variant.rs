//! The CPU's variant becomes the annotation `org.opencontainers.image.variant`, if there is one.
//!
//! A converter that works one out for itself says more than the image does.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use super::{CONFIG, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, converted.config.variant, "variant", findings);
    }),
    valid: &[
        Mutation::document("set", CONFIG, |config, _| config.set("variant", "v2")),
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("variant"))),
        Mutation::document("null", CONFIG, |config, _| config.set("variant", Tree::Null)),
    ],
    ..Rule::BASE
};
