//! A configuration names the operating system that its image is for.
//!
//! Without it, tools assume the system they run on, and unpack Windows layers as if they were Linux.

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("os"))),
        Mutation::document("name-in-upper-case", CONFIG, |config, _| {
            config.rename("os", "OS");
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_present(config.value, config.os, "os", findings);
}
