//! Whoever stores or copies manifests takes one whose `artifactType` it does not know.
//!
//! Registries with a list of allowed types made artifacts pose as images; the member is there so
//! that this is over.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use super::edits::set_artifact_type;
use crate::{Grade, Rule};

const TYPED: &[Part] = &[Part::Artifact, Part::Referrer];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("unheard-of", TYPED, |draft, _| {
            set_artifact_type(draft, "application/vnd.unheard-of.thing.v9+cbor");
        }),
        Mutation::draft("outside-application", TYPED, |draft, _| set_artifact_type(draft, "model/vnd.example")),
        Mutation::draft("as-long-as-can-be", TYPED, |draft, _| {
            set_artifact_type(draft, &format!("{}/{}", "a".repeat(127), "b".repeat(127)));
        }),
        Mutation::draft("every-character", TYPED, |draft, _| set_artifact_type(draft, "0/a!#$&-^_.+Z9")),
    ],
    ..Rule::BASE
};
