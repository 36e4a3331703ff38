//! The type of an artifact without `artifactType` is the media type of its configuration.
//!
//! So artifacts were made before there was the member. Tools that look there alone list them
//! without a type.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::ARTIFACT_TYPE;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#guidelines-for-artifact-usage",
    valid: &[Mutation::document("type-of-the-configuration", &[Part::Artifact, Part::Referrer], |artifact, _| {
        artifact.remove("artifactType");
        artifact.member("config").set("mediaType", ARTIFACT_TYPE);
    })],
    ..Rule::BASE
};
