//! Whoever stores or copies manifests takes one whose configuration is of a type it does not know.
//!
//! The type of the configuration is how artifacts told what they are before `artifactType`; a
//! registry that allows images only refuses them by it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use super::edits::set_artifact_config;
use crate::{Grade, Rule};

const ARTIFACT: &[Part] = &[Part::Artifact];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("json", ARTIFACT, |draft, _| {
            set_artifact_config(draft, "application/vnd.example.config.v1+json", b"{\"depth\":7}");
        }),
        Mutation::draft("text", ARTIFACT, |draft, _| set_artifact_config(draft, "text/plain", b"depth 7\n")),
        Mutation::draft("later-version-of-an-image", ARTIFACT, |draft, _| {
            set_artifact_config(draft, "application/vnd.oci.image.config.v2+json", b"{\"version\":2}");
        }),
    ],
    ..Rule::BASE
};
