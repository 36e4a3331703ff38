//! The optional `platform` of an entry is an object.
//!
//! Command lines write a platform as `linux/amd64`, and that string ends up in indexes that are
//! written by hand. Readers that expect members then match every platform, or none.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::{Descriptor, Relation};

use super::unless_null;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const ENTRY: &[Part] = &[Part::PlatformDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("absent", ENTRY, |entry, _| drop(entry.remove("platform"))),
        Mutation::document("unknown-member", ENTRY, |entry, _| {
            entry.member("platform").set("com.example.page-size", 16384);
        }),
    ],
    invalid: &[
        Mutation::document("string", ENTRY, |entry, _| entry.set("platform", "linux/amd64")),
        Mutation::document("array-around-it", ENTRY, |entry, _| {
            let platform = entry.member("platform").clone();
            entry.set("platform", vec![platform]);
        }),
        Mutation::document("boolean", ENTRY, |entry, _| entry.set("platform", true)),
    ],
    unclear: &[
        Mutation::document("null", ENTRY, |entry, _| entry.set("platform", Tree::Null)),
        // Only entries of an index have a platform by name.
        Mutation::document("string-elsewhere", &[Part::LayerDescriptor], |layer, _| {
            layer.set("platform", "linux/amd64");
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, relation: Relation, findings: &mut Findings<'_>) {
    if relation == Relation::Entry {
        expect_kind(unless_null(descriptor.platform), Kind::Object, findings);
    }
}
