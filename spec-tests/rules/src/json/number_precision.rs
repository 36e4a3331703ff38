//! A number is one that a double holds exactly.
//!
//! Readers in languages that know no other numbers round a size above 2^53, and then compare it
//! with the bytes that came.

use std::collections::HashSet;

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{Document, Integer, Value};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use super::UNKNOWN;
use crate::{Check, Findings, Grade, Rule};

const BLOBS: &[Part] = &[Part::Manifest, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "considerations.md#json",
    check: Check::Json(check),
    valid: &[
        Mutation::document("greatest-size", &[Part::Artifact], |artifact, _| {
            refer(artifact, 9_007_199_254_740_991);
        }),
        Mutation::document("fraction", BLOBS, |document, _| document.add(UNKNOWN, Tree::raw("-0.1e-3"))),
    ],
    invalid: &[
        Mutation::document("size-rounded", &[Part::Artifact], |artifact, _| {
            refer(artifact, 9_007_199_254_740_993);
        }),
        Mutation::document("least-integer", BLOBS, |document, _| document.add(UNKNOWN, i64::MIN)),
        Mutation::document("too-many-digits", BLOBS, |document, _| {
            document.add(UNKNOWN, Tree::raw("3.14159265358979323846"));
        }),
        Mutation::document("beyond-the-range", BLOBS, |document, _| document.add(UNKNOWN, Tree::raw("1e400"))),
        Mutation::document("too-close-to-zero", BLOBS, |document, _| {
            document.add(UNKNOWN, Tree::raw("1e-400"));
        }),
    ],
    ..Rule::BASE
};

/// Refers to a manifest that is not stored, so that nothing says how large it is.
fn refer(artifact: &mut Tree, size: i64) {
    let subject = artifact.member("subject");
    subject.set("mediaType", media_type::MANIFEST);
    subject.set("digest", format!("sha256:{}", "5".repeat(64)));
    subject.set("size", size);
}

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let is_unfit = |number: &Value<'_>| number.fits_double() == Some(false);
    if !document.numbers().any(|number| is_unfit(&number)) {
        return;
    }
    let impossible = impossible_sizes(document);
    for number in document.numbers().filter(is_unfit) {
        if !impossible.contains(&number.span().start) {
            findings.report(number, String::from_utf8_lossy(number.raw()), "a number within double precision");
        }
    }
}

/// Where sizes beyond 64 bits stand: they break a stronger rule, see descriptor/size-integer.
fn impossible_sizes(document: &Document<'_>) -> HashSet<usize> {
    let sizes = document.objects().filter_map(|object| object.get("size"));
    let impossible = sizes.filter(|size| size.as_integer() == Some(Integer::OutOfRange));
    impossible.map(|size| size.span().start).collect()
}
