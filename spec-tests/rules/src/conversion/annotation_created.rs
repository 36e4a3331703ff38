//! The date of creation becomes the annotation `org.opencontainers.image.created`, if there is one.
//!
//! It is copied as it is written: a tool that parses and writes it anew loses the zone or the
//! fraction, and one that makes up a date for an image without any says what nobody knows.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::{CONFIG, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, converted.config.created, "created", findings);
    }),
    valid: &[
        Mutation::document("zone", CONFIG, |config, _| config.set("created", "2026-01-02T05:04:05+02:00")),
        Mutation::document("fraction", CONFIG, |config, _| config.set("created", "2026-01-02T03:04:05.1234567890Z")),
        Mutation::document("fraction-that-ends-in-zero", CONFIG, |config, _| config.set("created", "2026-01-02T03:04:05.10Z")),
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("created"))),
        Mutation::document("null", CONFIG, |config, _| config.set("created", Tree::Null)),
    ],
    ..Rule::BASE
};
