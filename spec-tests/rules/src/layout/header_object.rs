//! The `oci-layout` file holds a JSON object.
//!
//! A reader that only looks whether the file is there misses that it says nothing.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Header;

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const HEADER: &[Part] = &[Part::Header];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#content",
    check: Check::Header(check),
    invalid: &[
        Mutation::document("version-alone", HEADER, |header, _| *header = "1.0.0".into()),
        Mutation::document("array", HEADER, |header, _| *header = vec![header.clone()].into()),
        Mutation::document("null", HEADER, |header, _| *header = Tree::Null),
    ],
    ..Rule::BASE
};

fn check(header: &Header<'_>, findings: &mut Findings<'_>) {
    expect_kind(Some(header.value), Kind::Object, findings);
}
