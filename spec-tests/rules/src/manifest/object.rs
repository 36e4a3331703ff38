//! An image manifest is a JSON object.
//!
//! Readers that decode into optional fields take `null` for a manifest without layers, and
//! Docker's archives hold an array of manifests under the same name.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Manifest;

use super::MANIFESTS;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "manifest.md#image-manifest",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("array", MANIFESTS, |manifest, _| *manifest = vec![manifest.clone()].into()),
        Mutation::document("null", MANIFESTS, |manifest, _| *manifest = Tree::Null),
        Mutation::document("text-of-an-object", MANIFESTS, |manifest, _| {
            *manifest = String::from_utf8_lossy(&manifest.compact()).into_owned().into();
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    expect_kind(Some(manifest.value), Kind::Object, findings);
}
