//! A manifest has the member `schemaVersion`.
//!
//! Old Docker clients tell formats apart by it, and the first format of Docker's had another
//! number there.

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
        Mutation::document("absent", MANIFESTS, |manifest, _| drop(manifest.remove("schemaVersion"))),
        Mutation::document("lower-case", MANIFESTS, |manifest, _| {
            manifest.rename("schemaVersion", "schemaversion");
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    expect_present(manifest.value, manifest.schema_version, "schemaVersion", findings);
}
