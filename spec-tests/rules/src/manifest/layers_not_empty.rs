//! The `layers` of a manifest have at least one entry.
//!
//! An empty list is legal, but some registries and clients refuse it; an artifact that needs no
//! files puts the empty descriptor there.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Manifest;

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[Mutation::document("empty", &[Part::Artifact, Part::Referrer], |manifest, _| {
        manifest.set("layers", Vec::new());
    })],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let Some(layers) = manifest.layers.filter(|layers| layers.kind() == Kind::Array) else { return };
    if layers.items().next().is_none() {
        findings.report(layers, "no entries", "one, or the empty descriptor");
    }
}
