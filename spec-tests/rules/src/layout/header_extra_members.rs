//! The `oci-layout` file may have more members than its version.
//!
//! A reader that refuses them locks out the tools that leave a note of their own there.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Grade, Rule};

const HEADER: &[Part] = &[Part::Header];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "image-layout.md#content",
    valid: &[
        Mutation::document("nested", HEADER, |header, _| {
            header.set("com.example.tool", Tree::object([("options", vec![1.into(), Tree::Null].into())]));
        }),
        Mutation::document("before-the-version", HEADER, |header, _| {
            header.add_first("created", "2026-01-02T03:04:05Z");
        }),
    ],
    // Readers that fold the case of names take the second version for the first.
    unclear: &[Mutation::document("name-differs-in-case", HEADER, |header, _| {
        header.add("imagelayoutversion", "2.0.0");
    })],
    ..Rule::BASE
};
