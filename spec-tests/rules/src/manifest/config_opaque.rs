//! A configuration whose media type is unknown is bytes, and nobody tries to parse it.
//!
//! Tools that decode every `config` as that of an image fail on artifacts, or show values from
//! them that mean something else.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use super::edits::set_artifact_config;
use crate::{Grade, Rule};

const ARTIFACT: &[Part] = &[Part::Artifact];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("no-text", ARTIFACT, |draft, _| {
            set_artifact_config(draft, "application/vnd.example.unknown.v1", b"\x00\xff\xfe\x80\x1f\x8b");
        }),
        Mutation::draft("json-that-breaks-off", ARTIFACT, |draft, _| {
            set_artifact_config(draft, "application/vnd.example.unknown.v1+json", b"{\"architecture\":[");
        }),
        Mutation::draft("members-of-an-image", ARTIFACT, |draft, _| {
            let content = b"{\"architecture\":7,\"os\":null,\"config\":\"x\",\"rootfs\":[]}";
            set_artifact_config(draft, "application/vnd.example.unknown.v1+json", content);
        }),
        Mutation::draft("nested-deep", ARTIFACT, |draft, _| {
            set_artifact_config(draft, "application/vnd.example.unknown.v1+json", &[b'['; 100_000]);
        }),
    ],
    ..Rule::BASE
};
