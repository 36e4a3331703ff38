//! Whoever stores or copies manifests takes one whose layers are of types it does not know.
//!
//! The files of an artifact can be anything. A registry that looks at their types refuses charts,
//! models and signatures.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use super::edits::set_artifact_file;
use crate::{Grade, Rule};

const ARTIFACT: &[Part] = &[Part::Artifact];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("own-type", ARTIFACT, |draft, _| {
            set_artifact_file(draft, "application/vnd.example.unheard-of.v9+cbor", b"\xa1\x61\x64\x07");
        }),
        Mutation::draft("picture", ARTIFACT, |draft, _| {
            set_artifact_file(draft, "image/gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;");
        }),
        // The suffix promises an archive, and nobody is asked to look.
        Mutation::draft("archive-that-is-none", ARTIFACT, |draft, _| {
            set_artifact_file(draft, "application/vnd.example.data.v1.tar+gzip", b"no archive\n");
        }),
        Mutation::draft("later-version-of-a-layer", ARTIFACT, |draft, _| {
            set_artifact_file(draft, "application/vnd.oci.image.layer.v2.tar", b"no archive\n");
        }),
    ],
    ..Rule::BASE
};
