//! The `schemaVersion` of a manifest is an integer.
//!
//! Loosely typed readers take a string for it, and strict ones refuse the image.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Integer;
use seaworthy_image::views::Manifest;

use super::MANIFESTS;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("string", MANIFESTS, |manifest, _| manifest.set("schemaVersion", "2")),
        Mutation::document("null", MANIFESTS, |manifest, _| manifest.set("schemaVersion", Tree::Null)),
        Mutation::document("boolean", MANIFESTS, |manifest, _| manifest.set("schemaVersion", true)),
        Mutation::document("array", MANIFESTS, |manifest, _| manifest.set("schemaVersion", vec![2.into()])),
        Mutation::document("fraction", MANIFESTS, |manifest, _| {
            manifest.set("schemaVersion", Tree::raw("2.5"));
        }),
    ],
    // Integers to JSON Schema, and no integers to most typed readers.
    unclear: &[
        Mutation::document("fraction-of-zero", MANIFESTS, |manifest, _| {
            manifest.set("schemaVersion", Tree::raw("2.0"));
        }),
        Mutation::document("exponent", MANIFESTS, |manifest, _| {
            manifest.set("schemaVersion", Tree::raw("2e0"));
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let Some(value) = manifest.schema_version else { return };
    match value.as_integer() {
        None => findings.report(value, value.kind().describe(), "an integer"),
        Some(Integer::Fractional) => findings.report(value, "a fraction", "an integer"),
        Some(Integer::Plain(_) | Integer::Disguised(_) | Integer::OutOfRange) => {}
    }
}
