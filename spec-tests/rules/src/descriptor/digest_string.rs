//! The `digest` of a descriptor is a string.
//!
//! Libraries hold digests as pairs of algorithm and value, and one that writes its own form out
//! makes an image that only it can read.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::{Descriptor, Relation};

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", Tree::Null);
        }),
        Mutation::document("number", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", 0);
        }),
        Mutation::document("algorithm-and-value-apart", Part::DESCRIPTORS, |descriptor, _| {
            let encoded = descriptor.text("digest").replace("sha256:", "");
            let parts = Tree::object([("algorithm", "sha256".into()), ("encoded", encoded.into())]);
            descriptor.set("digest", parts);
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    expect_kind(descriptor.digest, Kind::String, findings);
}
