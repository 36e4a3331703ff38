//! The version of an operating system may be any text, and a program may refuse an image whose
//! version it does not know to work.
//!
//! A reader that compares versions has to get along with one that has no numbers in it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("of-windows", CONFIG, |config, _| config.set("os.version", "10.0.14393.1066"))
            .may_be_refused(),
        Mutation::document("without-numbers", CONFIG, |config, _| config.set("os.version", "not-a-version"))
            .may_be_refused(),
        Mutation::document("empty", CONFIG, |config, _| config.set("os.version", "")).may_be_refused(),
    ],
    ..Rule::BASE
};
