//! A descriptor is one JSON object whose members say what its content is.
//!
//! Early formats referred to content by a bare digest. A reader that still takes one has neither
//! a type nor a size to hold the content against.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[Mutation::document("members-reversed", Part::DESCRIPTORS, |descriptor, _| {
        if let Tree::Object(members) = descriptor {
            members.reverse();
        }
    })],
    invalid: &[
        Mutation::document("digest-alone", Part::DESCRIPTORS, |descriptor, _| {
            *descriptor = descriptor.text("digest").into();
        }),
        Mutation::document("list-of-descriptors", Part::DESCRIPTORS, |descriptor, _| {
            *descriptor = vec![descriptor.clone()].into();
        }),
        Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| *descriptor = Tree::Null),
        Mutation::document("size-alone", Part::DESCRIPTORS, |descriptor, _| {
            *descriptor = descriptor.get("size").cloned().unwrap_or(Tree::Null);
        }),
        Mutation::document("subject-is-digest-alone", &[Part::SubjectDescriptor], |descriptor, _| {
            *descriptor = descriptor.text("digest").into();
        })
        .since(SpecVersion::V1_1_1),
    ],
    unclear: &[Mutation::document("subject-null", &[Part::SubjectDescriptor], |descriptor, _| {
        *descriptor = Tree::Null;
    })],
    ..Rule::BASE
};

/// An optional member that is null may be meant as absent; only config.md says so, and only of
/// its own members.
fn check(descriptor: &Descriptor<'_>, relation: Relation, findings: &mut Findings<'_>) {
    let value = descriptor.value;
    let is_left_out = relation == Relation::Subject && value.is_null();
    if !value.is_object() && !is_left_out {
        findings.report(value, value.kind().describe(), "a descriptor: an object");
    }
}
