//! The version of the layout is a string.
//!
//! `1.0` as a number is the usual slip: it reads as 1, and no typed reader takes it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Header;

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const HEADER: &[Part] = &[Part::Header];

/// The text gives no type; its example and the JSON schema do.
pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-layout.md#oci-layout-file",
    check: Check::Header(check),
    invalid: &[
        Mutation::document("number", HEADER, |header, _| header.set("imageLayoutVersion", Tree::raw("1.0"))),
        Mutation::document("null", HEADER, |header, _| header.set("imageLayoutVersion", Tree::Null)),
        Mutation::document("array", HEADER, |header, _| {
            header.set("imageLayoutVersion", vec![1.into(), 0.into(), 0.into()]);
        }),
    ],
    ..Rule::BASE
};

fn check(header: &Header<'_>, findings: &mut Findings<'_>) {
    expect_kind(header.version, Kind::String, findings);
}
