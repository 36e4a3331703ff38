//! Every descriptor has a `size`.
//!
//! A client that does not know how much to expect has to read whatever a server cares to send,
//! before the digest can tell it to stop.

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
            descriptor.remove("size");
        }),
        Mutation::document("name-in-other-case", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.rename("size", "Size");
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_present(descriptor.value, descriptor.size, "size", findings);
}
