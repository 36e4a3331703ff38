//! A manifest has the member `config`.
//!
//! Every tool starts from it: for an image it is the identity, for an artifact the type.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::views::Manifest;

use super::MANIFESTS;
use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("absent", MANIFESTS, |manifest, _| drop(manifest.remove("config"))),
        Mutation::document("capital-letter", MANIFESTS, |manifest, _| manifest.rename("config", "Config")),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    expect_present(manifest.value, manifest.config, "config", findings);
}
