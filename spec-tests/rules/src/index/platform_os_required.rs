//! A platform names an operating system.
//!
//! Tools that fill in their own system for a missing one choose an image that does not start, and
//! say nothing.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::Platform;

use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    invalid: &[
        Mutation::document("absent", &[Part::Platform], |platform, _| drop(platform.remove("os"))),
        Mutation::document("capital-letter", &[Part::Platform], |platform, _| {
            platform.rename("os", "OS");
        }),
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    expect_present(platform.value, platform.os, "os", findings);
}
