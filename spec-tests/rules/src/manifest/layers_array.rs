//! The `layers` of a manifest are an array, if they are given.
//!
//! Go writes `null` for a list that was never filled, and readers in other languages refuse it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Manifest;

use super::MANIFESTS;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    valid: &[Mutation::document("one-file-twice", &[Part::Artifact], |artifact, _| {
        let files = artifact.member("layers").items();
        files.extend_from_within(..);
    })],
    invalid: &[
        Mutation::document("null", MANIFESTS, |manifest, _| manifest.set("layers", Tree::Null)),
        Mutation::document("object", MANIFESTS, |manifest, _| {
            let first = manifest.member("layers").items()[0].clone();
            manifest.set("layers", Tree::object([("0", first)]));
        }),
        Mutation::document("bare-descriptor", MANIFESTS, |manifest, _| {
            let first = manifest.member("layers").items()[0].clone();
            manifest.set("layers", first);
        }),
        Mutation::document("string", MANIFESTS, |manifest, _| manifest.set("layers", "")),
    ],
    // The schema wants them, the text does not say.
    unclear: &[Mutation::document("absent", MANIFESTS, |manifest, _| drop(manifest.remove("layers")))],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    expect_kind(manifest.layers, Kind::Array, findings);
}
