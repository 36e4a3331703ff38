//! The `artifactType` of a descriptor is a type and a subtype by the naming rules of RFC 6838.
//!
//! Clients filter referrers by it in a URL's query, where blanks, parameters and line breaks
//! change what is asked for.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type::MediaType;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation, text};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[Mutation::document("unregistered", &[Part::LayerDescriptor], |descriptor, _| {
        descriptor.set("artifactType", "application/vnd.example.sbom.v1");
    })],
    invalid: &[
        Mutation::document("empty", Part::DESCRIPTORS, |descriptor, _| descriptor.set("artifactType", "")),
        Mutation::document("no-slash", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("artifactType", "sbom");
        }),
        Mutation::document("sign-first", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("artifactType", "application/.sbom");
        }),
        Mutation::document("parameter", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("artifactType", "application/vnd.example.sbom;v=1");
        }),
        Mutation::document("no-slash-in-subject", &[Part::SubjectDescriptor], |descriptor, _| {
            descriptor.set("artifactType", "sbom");
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let (Some(value), Some(text)) = (descriptor.artifact_type, text(descriptor.artifact_type)) else { return };
    if let Err(error) = MediaType::check(&text) {
        findings.report(value, error.to_string(), "type/subtype (RFC 6838, section 4.2)");
    }
}
