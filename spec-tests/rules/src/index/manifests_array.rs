//! The `manifests` of an index is an array, which may have no elements.
//!
//! Go writes a list that was never filled as null, and readers in other languages then refuse
//! what was meant as an empty index.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Index;

use super::INDEXES;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    valid: &[Mutation::document("empty", INDEXES, |index, _| index.set("manifests", Vec::new()))],
    invalid: &[
        Mutation::document("null", INDEXES, |index, _| index.set("manifests", Tree::Null)).after("empty"),
        Mutation::document("object", INDEXES, |index, _| index.set("manifests", Tree::object([])))
            .after("empty"),
        Mutation::document("single-descriptor", INDEXES, |index, _| {
            if let Some(first) = index.member("manifests").items().first().cloned() {
                index.set("manifests", first);
            }
        }),
        Mutation::document("string", INDEXES, |index, _| index.set("manifests", "")).after("empty"),
    ],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    expect_kind(index.manifests, Kind::Array, findings);
}
