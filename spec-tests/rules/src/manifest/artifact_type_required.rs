//! A manifest whose configuration is of the empty type states its `artifactType`.
//!
//! The configuration says nothing there, so without that member nobody can tell what the
//! artifact is.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::ARTIFACT_TYPE;
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Manifest;

use super::{config_type, edits};
use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

const TYPED: &[Part] = &[Part::Artifact, Part::Referrer];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    valid: &[
        // The type of the configuration counts, and not what is in it.
        Mutation::document("own-type-for-the-empty-object", TYPED, |manifest, _| {
            manifest.remove("artifactType");
            manifest.member("config").set("mediaType", ARTIFACT_TYPE);
        }),
        Mutation::draft("own-configuration", &[Part::Artifact], |draft, _| {
            edits::set_artifact_config(draft, "application/vnd.example.config.v1+json", b"{\"depth\":7}");
        }),
    ],
    invalid: &[
        Mutation::document("absent", TYPED, |manifest, _| drop(manifest.remove("artifactType"))),
        Mutation::document("lower-case", TYPED, |manifest, _| {
            manifest.rename("artifactType", "artifacttype");
        }),
        Mutation::document("in-the-configuration", TYPED, |manifest, _| {
            let artifact_type = manifest.remove("artifactType").unwrap_or(Tree::Null);
            manifest.member("config").set("artifactType", artifact_type);
        }),
    ],
    unclear: &[Mutation::document("null", TYPED, |manifest, _| manifest.set("artifactType", Tree::Null))],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    if config_type(manifest).as_deref() == Some(media_type::EMPTY) {
        expect_present(manifest.value, manifest.artifact_type, "artifactType", findings);
    }
}
