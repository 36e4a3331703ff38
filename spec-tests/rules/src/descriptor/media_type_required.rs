//! Every descriptor has a `mediaType`.
//!
//! Without it a reader has to guess from the bytes what they are, and whoever makes the bytes
//! chooses the guess.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::{Descriptor, Relation};

use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::document("absent", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.remove("mediaType");
        }),
        Mutation::document("name-in-other-case", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.rename("mediaType", "MediaType");
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_present(descriptor.value, descriptor.media_type, "mediaType", findings);
}
