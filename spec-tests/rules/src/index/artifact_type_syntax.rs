//! The `artifactType` of an index is a media type as RFC 6838 spells them, registered or not.
//!
//! Registries filter referrers by it and clients put it into URLs, so blanks and parameters in it
//! make artifacts that nobody finds.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::media_type::MediaType;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Index, text};

use super::INDEXES;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    valid: &[Mutation::document("unregistered", INDEXES, |index, _| {
        index.set("artifactType", "application/vnd.example.unheard-of.v9+json");
    })],
    invalid: &[
        edit("empty", |index, _| index.set("artifactType", "")),
        edit("no-slash", |index, _| index.set("artifactType", "x")),
        edit("leading-dot", |index, _| index.set("artifactType", "foo/.bar")),
        edit("with-parameter", |index, _| index.set("artifactType", "application/vnd.example; v=1")),
        edit("blank", |index, _| index.set("artifactType", "application/vnd.example chart")),
    ],
    ..Rule::BASE
};

const fn edit(name: &'static str, edit: super::EditTree) -> Mutation {
    Mutation::document(name, INDEXES, edit).after("unregistered")
}

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    let (Some(value), Some(artifact_type)) = (index.artifact_type, text(index.artifact_type)) else { return };
    if let Err(error) = MediaType::check(&artifact_type) {
        findings.report(value, error.to_string(), "a media type (RFC 6838, section 4.2)");
    }
}
