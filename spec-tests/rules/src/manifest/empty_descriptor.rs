//! The empty descriptor stands for content that there is none of: as a configuration or a layer.
//!
//! Its two bytes are the same everywhere, so they may be embedded; tools that look for a blob of
//! an image there fail on artifacts that are nothing but annotations.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::Algorithm;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use super::edits::{embed_artifact_config, empty, set_artifact_config_algorithm};
use crate::{Grade, Rule};

/// Guidance, and said without a keyword.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#guidance-for-an-empty-descriptor",
    valid: &[
        Mutation::document("as-the-only-layer", &[Part::Artifact, Part::Referrer], |artifact, _| {
            artifact.set("layers", vec![empty()]);
        }),
        Mutation::draft("embedded", &[Part::Artifact], |draft, _| embed_artifact_config(draft)),
        Mutation::document("embedded-as-a-layer", &[Part::Artifact], |artifact, _| {
            let mut layer = empty();
            layer.set("data", "e30=");
            artifact.set("layers", vec![layer]);
        }),
        Mutation::draft("other-algorithm", &[Part::Artifact], |draft, _| {
            set_artifact_config_algorithm(draft, Algorithm::Sha512);
        })
        .may_be_refused(),
        // Another name for the same bytes is no fault.
        Mutation::document("empty-object-of-another-type", &[Part::Artifact], |artifact, _| {
            let mut layer = empty();
            layer.set("mediaType", "application/json");
            artifact.set("layers", vec![layer]);
        }),
    ],
    unclear: &[Mutation::document("in-an-image", &[Part::LayerDescriptor], |layer, _| {
        layer.set("mediaType", media_type::EMPTY);
    })],
    ..Rule::BASE
};
