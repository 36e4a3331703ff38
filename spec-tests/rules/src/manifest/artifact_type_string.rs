//! The `artifactType` of a manifest is a string, if it is given.
//!
//! Registries copy it into the list of referrers: what is no string there breaks the list for
//! everyone who asks for it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Manifest;

use super::unless_null;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const TYPED: &[Part] = &[Part::Artifact, Part::Referrer];

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("number", TYPED, |manifest, _| manifest.set("artifactType", 1)),
        Mutation::document("array", TYPED, |manifest, _| {
            let artifact_type = manifest.text("artifactType").to_owned();
            manifest.set("artifactType", Tree::strings(&[&artifact_type]));
        }),
        Mutation::document("object", TYPED, |manifest, _| manifest.set("artifactType", Tree::object([]))),
    ],
    unclear: &[Mutation::document("null", &[Part::Manifest], |manifest, _| {
        manifest.set("artifactType", Tree::Null);
    })],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    expect_kind(unless_null(manifest.artifact_type), Kind::String, findings);
}
