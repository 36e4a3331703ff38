//! The `artifactType` of a manifest is a media type as RFC 6838 spells them, registered or not.
//!
//! Registries filter referrers by it and clients put it into URLs, so blanks and parameters in it
//! make artifacts that nobody finds.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type::MediaType;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Manifest, text};

use crate::{Check, Findings, Grade, Rule};

const TYPED: &[Part] = &[Part::Artifact, Part::Referrer];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("empty", TYPED, |manifest, _| manifest.set("artifactType", "")),
        Mutation::document("no-slash", TYPED, |manifest, _| manifest.set("artifactType", "example")),
        Mutation::document("leading-dot", TYPED, |manifest, _| manifest.set("artifactType", "foo/.bar")),
        Mutation::document("with-parameter", TYPED, |manifest, _| {
            manifest.set("artifactType", "application/vnd.example+type; v=1");
        }),
        Mutation::document("blank", TYPED, |manifest, _| {
            manifest.set("artifactType", "application/vnd.example chart");
        }),
        Mutation::document("too-long", TYPED, |manifest, _| {
            manifest.set("artifactType", format!("application/{}", "x".repeat(128)));
        }),
    ],
    unclear: &[Mutation::document("upper-case", TYPED, |manifest, _| {
        let artifact_type = manifest.text("artifactType").to_uppercase();
        manifest.set("artifactType", artifact_type);
    })],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let (Some(value), Some(artifact_type)) = (manifest.artifact_type, text(manifest.artifact_type)) else {
        return;
    };
    if let Err(error) = MediaType::check(&artifact_type) {
        findings.report(value, error.to_string(), "a media type (RFC 6838, section 4.2)");
    }
}
