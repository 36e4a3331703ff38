//! The configuration of an image that is to be portable is of the type that config.md defines.
//!
//! A manifest of OCI's with a configuration of Docker's is what half a conversion leaves behind,
//! and no reader has to know it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type;
use seaworthy_image::views::Manifest;

use super::DOCKER_CONFIG;
use crate::{Check, Findings, Grade, Rule};

/// Of any other type nobody can tell whether it stands for an image at all.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[Mutation::document("docker", &[Part::ConfigDescriptor], |config, _| {
        config.set("mediaType", DOCKER_CONFIG);
    })],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let media_type = manifest.config.and_then(|config| config.get("mediaType"));
    if let (Some(value), None) = (media_type, manifest.artifact_type)
        && value.as_str().as_deref() == Some(DOCKER_CONFIG)
    {
        findings.report(value, DOCKER_CONFIG, media_type::CONFIG);
    }
}
