//! The `data` of a descriptor, which may be left out, is a string.
//!
//! Languages write byte arrays as lists of numbers unless they are told otherwise.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::descriptor("list-of-bytes", Part::DESCRIPTORS, |descriptor, content, _| {
            let bytes: Vec<Tree> = content.iter().map(|&byte| i64::from(byte).into()).collect();
            descriptor.set("data", bytes);
        }),
        Mutation::document("object", Part::DESCRIPTORS, |descriptor, _| descriptor.set("data", Tree::object([]))),
        Mutation::document("number", Part::DESCRIPTORS, |descriptor, _| descriptor.set("data", 0)),
    ],
    unclear: &[Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| {
        descriptor.set("data", Tree::Null);
    })],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_kind(descriptor.data.filter(|data| !data.is_null()), Kind::String, findings);
}
