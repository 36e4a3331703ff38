//! An image index is a single JSON object that carries its properties as members.
//!
//! A reader that takes whatever it finds for an object sees an index without entries, and calls
//! it an empty one.

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
    valid: &[Mutation::document("unknown-member", INDEXES, |index, _| {
        index.set("com.example.extra", Tree::object([("kept", true.into())]));
    })],
    invalid: &[
        Mutation::document("array-around-it", INDEXES, |index, _| *index = vec![index.clone()].into()),
        Mutation::document("null", INDEXES, |index, _| *index = Tree::Null),
        Mutation::document("string", INDEXES, |index, _| {
            *index = String::from_utf8_lossy(&index.compact()).into_owned().into();
        }),
    ],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    expect_kind(Some(index.value), Kind::Object, findings);
}
