//! The configuration of an artifact is of a type of the artifact's own, or of the empty type.
//!
//! Under the type of an image the artifact is offered to runtimes and scanners as an image, and
//! they fail on its layers.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::ARTIFACT_TYPE;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Manifest;

use super::{DOCKER_CONFIG, edits, is_image_config, unless_null};
use crate::{Check, Findings, Grade, Rule};

/// A MUST on artifacts, but no document says for certain that it is one: a breach shows only where
/// an image states an artifact's type, and that is no more than a hint.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#guidelines-for-artifact-usage",
    check: Check::Manifest(check),
    valid: &[
        Mutation::draft("own-type", &[Part::Manifest], |draft, _| {
            edits::set_image_config(draft, "application/vnd.example.config.v1+json", b"{\"depth\":7}");
        }),
    ],
    invalid: &[
        Mutation::document("image", &[Part::Manifest], |manifest, _| {
            manifest.set("artifactType", ARTIFACT_TYPE);
        }),
        Mutation::document("docker-image", &[Part::Artifact], |artifact, _| {
            artifact.member("config").set("mediaType", DOCKER_CONFIG);
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let Some(media_type) = manifest.config.and_then(|config| config.get("mediaType")) else { return };
    let is_image = media_type.as_str().is_some_and(|name| is_image_config(&name));
    if is_image && unless_null(manifest.artifact_type).is_some() {
        let wanted = format!("a type of the artifact's own, or {}", media_type::EMPTY);
        findings.report(media_type, "the type of an image's configuration", wanted);
    }
}
