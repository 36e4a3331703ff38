//! The `mediaType` of a descriptor is a string.
//!
//! Readers that turn any value into text compare types that no document ever named.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::{Descriptor, Relation};

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("mediaType", Tree::Null);
        }),
        Mutation::document("number", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("mediaType", 1);
        }),
        Mutation::document("list", Part::DESCRIPTORS, |descriptor, _| {
            let name = descriptor.text("mediaType").to_owned();
            descriptor.set("mediaType", Tree::strings(&[&name]));
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_kind(descriptor.media_type, Kind::String, findings);
}
