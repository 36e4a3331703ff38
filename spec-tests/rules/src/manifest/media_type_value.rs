//! The media type that a manifest states of itself is that of an image manifest.
//!
//! It speaks of the document that it stands in, unlike the same member of a descriptor. A reader
//! that believes it over the descriptor reads a manifest as something else.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_image::views::Manifest;

use super::{MANIFESTS, unless_null};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("index", MANIFESTS, |manifest, _| manifest.set("mediaType", media_type::INDEX)),
        Mutation::document("docker-manifest", MANIFESTS, |manifest, _| {
            manifest.set("mediaType", "application/vnd.docker.distribution.manifest.v2+json");
        }),
        Mutation::document("later-version", MANIFESTS, |manifest, _| {
            manifest.set("mediaType", "application/vnd.oci.image.manifest.v2+json");
        }),
        Mutation::document("with-parameter", MANIFESTS, |manifest, _| {
            let with_parameter = format!("{}; charset=utf-8", media_type::MANIFEST);
            manifest.set("mediaType", with_parameter);
        }),
        Mutation::document("blank-before", MANIFESTS, |manifest, _| {
            manifest.set("mediaType", format!(" {}", media_type::MANIFEST));
        }),
        Mutation::document("empty", MANIFESTS, |manifest, _| manifest.set("mediaType", "")),
        Mutation::document("number", MANIFESTS, |manifest, _| manifest.set("mediaType", 1)),
    ],
    unclear: &[
        Mutation::document("null", MANIFESTS, |manifest, _| manifest.set("mediaType", Tree::Null)),
        // An unknown member, by which some readers take the manifest for an index.
        Mutation::document("member-of-an-index", &[Part::Manifest], |manifest, _| {
            manifest.set("manifests", Vec::new());
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let Some(value) = unless_null(manifest.media_type) else { return };
    if value.as_str().as_deref() != Some(media_type::MANIFEST) {
        findings.report(value, String::from_utf8_lossy(value.raw()), media_type::MANIFEST);
    }
}
