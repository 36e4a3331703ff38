//! A platform names a CPU architecture.
//!
//! An entry without one matches no host, or every host: then the first image is started on a
//! machine that cannot run it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::Platform;

use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    invalid: &[
        Mutation::document("absent", &[Part::Platform], |platform, _| drop(platform.remove("architecture"))),
        Mutation::document("capital-letter", &[Part::Platform], |platform, _| {
            platform.rename("architecture", "Architecture");
        }),
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    expect_present(platform.value, platform.architecture, "architecture", findings);
}
