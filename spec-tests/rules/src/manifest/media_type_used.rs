//! A manifest states its own `mediaType`.
//!
//! The member is what tells it from an index when it is found without a descriptor, and what
//! stops one text from being read as both (CVE-2021-41190).

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::views::Manifest;

use super::MANIFESTS;
use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("absent", MANIFESTS, |manifest, _| drop(manifest.remove("mediaType"))),
        Mutation::document("capital-letter", MANIFESTS, |manifest, _| {
            manifest.rename("mediaType", "MediaType");
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    expect_present(manifest.value, manifest.media_type, "mediaType", findings);
}
