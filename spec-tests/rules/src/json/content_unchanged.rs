//! Whoever stores or copies content keeps every byte that its digest covers.
//!
//! Tools that read a document and write it anew lose what they do not know and change what they
//! spell otherwise: a different image, under a digest that no longer fits.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use super::UNKNOWN;
use crate::{Grade, Rule};

const STORED: &[Part] = &[Part::NestedIndex, Part::Manifest, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "considerations.md#extensibility",
    valid: &[
        Mutation::bytes("line-break-at-the-end", STORED, |bytes, _| bytes.push(b'\n')),
        Mutation::bytes("odd-white-space", STORED, |bytes, _| {
            bytes.splice(..1, *b"\r\n{\t \r\n");
        }),
        Mutation::bytes("solidus-escaped", STORED, |bytes, _| {
            *bytes = String::from_utf8_lossy(bytes).replace('/', "\\/").into_bytes();
        }),
        Mutation::bytes("letter-escaped", STORED, |bytes, _| {
            *bytes = String::from_utf8_lossy(bytes).replace("linux", "l\\u0069nux").into_bytes();
            *bytes = String::from_utf8_lossy(bytes).replace("oci", "\\u006fci").into_bytes();
        }),
        Mutation::document("unknown-member", STORED, |document, _| document.add(UNKNOWN, "x")),
        Mutation::document("odd-number", STORED, |document, _| document.add(UNKNOWN, Tree::raw("-1.50E+01"))),
        Mutation::document("text-not-normalised", STORED, |document, _| document.add(UNKNOWN, "e\u{301}<&>")),
    ],
    ..Rule::BASE
};
