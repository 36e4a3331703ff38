//! The operating system's version becomes the annotation `org.opencontainers.image.os.version`, if there is one.
//!
//! Versions have any form: nothing in one is to be parsed or cut.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::spec::SpecVersion;

use super::{CONFIG, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, converted.config.os_version, "os.version", findings);
    }),
    valid: &[
        Mutation::document("set", CONFIG, |config, _| config.set("os.version", "10.0.14393.1066")),
        Mutation::document("free-text", CONFIG, |config, _| config.set("os.version", " 6.1 (tide)")),
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("os.version"))),
    ],
    ..Rule::BASE
};
