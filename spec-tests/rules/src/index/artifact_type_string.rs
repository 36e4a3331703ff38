//! The optional `artifactType` of an index is a string.
//!
//! Lists of referrers repeat it, so a value of another type is passed on to clients that never
//! saw the index.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::shape::ARTIFACT_TYPE;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Index;

use super::{INDEXES, unless_null};
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    valid: &[Mutation::document("present", INDEXES, |index, _| index.set("artifactType", ARTIFACT_TYPE))],
    invalid: &[
        Mutation::document("number", INDEXES, |index, _| index.set("artifactType", 1)).after("present"),
        Mutation::document("array", INDEXES, |index, _| {
            index.set("artifactType", Tree::strings(&[ARTIFACT_TYPE]));
        })
        .after("present"),
    ],
    unclear: &[Mutation::document("null", INDEXES, |index, _| index.set("artifactType", Tree::Null))],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    expect_kind(unless_null(index.artifact_type), Kind::String, findings);
}
