//! A configuration has the member rootfs.
//!
//! It is what ties the configuration to the layers; without it, any layers would do.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::Config;

use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "config.md#properties",
    check: Check::Config(check),
    invalid: &[
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("rootfs"))),
        Mutation::document("name-in-camel-case", CONFIG, |config, _| config.rename("rootfs", "rootFs")),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_present(config.value, config.rootfs, "rootfs", findings);
}
