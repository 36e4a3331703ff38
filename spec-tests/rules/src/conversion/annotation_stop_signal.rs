//! The stop signal becomes the annotation `org.opencontainers.image.stopSignal`, if there is one.
//!
//! It is copied as it is written, not turned into a number: numbers of signals differ between
//! architectures.

use seaworthy_generators::mutation::Mutation;

use super::edits::set;
use super::{CONFIG, execution, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, execution(converted).and_then(|execution| execution.stop_signal), "stopSignal", findings);
    }),
    valid: &[
        Mutation::document("name", CONFIG, |config, _| set(config, "StopSignal", "SIGINT")),
        Mutation::document("real-time", CONFIG, |config, _| set(config, "StopSignal", "SIGRTMIN+3")),
        Mutation::document("number", CONFIG, |config, _| set(config, "StopSignal", "9")),
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("StopSignal"))),
    ],
    ..Rule::BASE
};
