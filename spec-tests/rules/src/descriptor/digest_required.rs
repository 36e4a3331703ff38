//! Every descriptor has a `digest`.
//!
//! It is the only link between a document and its content: without it there is nothing to fetch
//! and nothing to verify.

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
            descriptor.remove("digest");
        }),
        Mutation::document("name-in-other-case", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.rename("digest", "Digest");
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_present(descriptor.value, descriptor.digest, "digest", findings);
}
