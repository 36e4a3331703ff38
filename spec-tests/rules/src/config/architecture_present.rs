//! A configuration names the CPU architecture that its image is for.
//!
//! Without it, tools run the image on whatever machine they are, and end in "exec format error".

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
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("architecture"))),
        Mutation::document("name-in-upper-case", CONFIG, |config, _| {
            config.rename("architecture", "Architecture");
        }),
    ],
    // Go's decoder takes names in any case, so its readers may see the second value.
    unclear: &[Mutation::document("name-in-upper-case-as-well", CONFIG, |config, _| {
        config.add("ARCHITECTURE", "arm64");
    })],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_present(config.value, config.architecture, "architecture", findings);
}
