//! The `size` of a descriptor is an integer of 64 bits.
//!
//! Read through a double, a size above 2^53 is silently another one; read into 64 bits without a
//! check, one above 2^63 wraps to a small or a negative one.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Integer;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("above-a-double", &[Part::Artifact], |artifact, _| {
            artifact.set("subject", elsewhere(9_007_199_254_740_993));
        })
        // From there on it is advised against: see json/number-precision.
        .until(SpecVersion::V1_1_1),
        Mutation::document("greatest", &[Part::Artifact], |artifact, _| {
            artifact.set("subject", elsewhere(i64::MAX));
        })
        .until(SpecVersion::V1_1_1),
        Mutation::document("zero", &[Part::Artifact], |artifact, _| artifact.set("subject", elsewhere(0))),
    ],
    invalid: &[
        Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| descriptor.set("size", Tree::Null)),
        Mutation::document("digits-in-quotes", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, "\"", "\"")),
        Mutation::document("list", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, "[", "]")),
        Mutation::document("boolean", Part::DESCRIPTORS, |descriptor, _| descriptor.set("size", true)),
        Mutation::document("fraction", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, "", ".5")),
        Mutation::document("just-beyond-64-bits", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("size", Tree::raw("9223372036854775808"));
        }),
        Mutation::document("congruent-modulo-2-to-the-64", Part::DESCRIPTORS, |descriptor, _| {
            if let Some(&Tree::Integer(size)) = descriptor.get("size") {
                descriptor.set("size", Tree::raw((i128::from(size) + (1 << 64)).to_string()));
            }
        }),
        Mutation::document("beyond-a-double", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("size", Tree::raw("1e400"));
        }),
    ],
    unclear: &[
        Mutation::document("decimal-point", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, "", ".0")),
        Mutation::document("exponent", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, "", "e0")),
        Mutation::document("negative", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, "-", ""))
            .until(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

/// Writes the size with something before and after it.
fn edit(descriptor: &mut Tree, before: &str, after: &str) {
    let size = descriptor.get("size").map(Tree::compact).unwrap_or_default();
    descriptor.set("size", Tree::raw([before.as_bytes(), &size, after.as_bytes()].concat()));
}

/// A descriptor of a manifest that is not stored, so that nothing says how large it is.
fn elsewhere(size: i64) -> Tree {
    let digest = format!("sha256:{}", "5".repeat(64));
    Tree::object([
        ("mediaType", media_type::MANIFEST.into()),
        ("digest", digest.into()),
        ("size", size.into()),
    ])
}

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let Some(value) = descriptor.size else { return };
    let found = match value.as_integer() {
        Some(Integer::Plain(_) | Integer::Disguised(_)) => return,
        Some(Integer::OutOfRange) => "an integer beyond 64 bits",
        Some(Integer::Fractional) => "a fraction",
        None => value.kind().describe(),
    };
    findings.report(value, found, "an integer of 64 bits");
}
