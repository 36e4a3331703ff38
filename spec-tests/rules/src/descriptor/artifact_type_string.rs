//! The `artifactType` of a descriptor, which may be left out, is a string.
//!
//! Registries copy it into the list of referrers, where a client in another language then fails
//! to read all of the list.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::document("number", Part::DESCRIPTORS, |descriptor, _| descriptor.set("artifactType", 1)),
        Mutation::document("list", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("artifactType", Tree::strings(&["application/vnd.example"]));
        }),
        Mutation::document("boolean", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("artifactType", false);
        }),
    ],
    unclear: &[Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| {
        descriptor.set("artifactType", Tree::Null);
    })],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_kind(descriptor.artifact_type.filter(|name| !name.is_null()), Kind::String, findings);
}
