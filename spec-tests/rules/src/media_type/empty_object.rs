//! The empty media type names the empty object, for places that have nothing to describe.
//!
//! It is what an artifact without a configuration, or without files, puts in their place; a
//! reader must not look for an image there.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "media-types.md#oci-image-media-types",
    valid: &[Mutation::document("as-the-only-layer", &[Part::Artifact], |artifact, _| {
        let empty = artifact.get("config").cloned().unwrap_or(Tree::Null);
        artifact.set("layers", vec![empty]);
    })],
    // The section that describes the empty object calls itself guidance.
    unclear: &[
        Mutation::document("on-other-content", &[Part::Artifact], |artifact, _| {
            artifact.member("layers").items()[0].set("mediaType", media_type::EMPTY);
        }),
    ],
    ..Rule::BASE
};
