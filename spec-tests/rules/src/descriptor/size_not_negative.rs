//! The `size` of a descriptor is not below zero.
//!
//! A negative size passes every "at most" and, made unsigned, becomes a buffer of many exabytes.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

const DESCRIPTORS: &[Part] = &[
    Part::EntryDescriptor,
    Part::PlatformDescriptor,
    Part::ConfigDescriptor,
    Part::LayerDescriptor,
    Part::SubjectDescriptor,
];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::Dev),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::document("minus-one", DESCRIPTORS, |descriptor, _| descriptor.set("size", -1)),
        Mutation::document("negated", Part::DESCRIPTORS, |descriptor, _| {
            if let Some(&Tree::Integer(size)) = descriptor.get("size") {
                descriptor.set("size", -size);
            }
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    if let (Some(value), Some(size @ ..0)) = (descriptor.size, descriptor.size_value()) {
        findings.report(value, size.to_string(), "zero or more");
    }
}
