//! The `schemaVersion` of a manifest is 2.
//!
//! It keeps old Docker clients from reading the manifest as something else, and never changes.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Integer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Manifest;

use super::MANIFESTS;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("first-docker-schema", MANIFESTS, |manifest, _| manifest.set("schemaVersion", 1)),
        Mutation::document("next", MANIFESTS, |manifest, _| manifest.set("schemaVersion", 3)),
        Mutation::document("negative", MANIFESTS, |manifest, _| manifest.set("schemaVersion", -2)),
        Mutation::document("two-in-32-bits", MANIFESTS, |manifest, _| {
            manifest.set("schemaVersion", (1 << 32) + 2);
        }),
        Mutation::document("beyond-64-bits", &[Part::Manifest], |manifest, _| {
            manifest.set("schemaVersion", Tree::raw("18446744073709551618"));
        })
        .until(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let Some(value) = manifest.schema_version else { return };
    match value.as_integer() {
        None | Some(Integer::Fractional | Integer::Plain(2) | Integer::Disguised(2)) => {}
        Some(_) => findings.report(value, String::from_utf8_lossy(value.raw()), "2"),
    }
}
