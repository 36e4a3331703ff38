//! A document is one JSON text, with nothing after it.
//!
//! A reader that stops at the end of the first value, and another that reads on, see two
//! different documents under one digest.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{AnomalyKind, Document};
use seaworthy_image::spec::SpecVersion;

use super::{DOCUMENTS, UNKNOWN};
use crate::{Check, Findings, Grade, Rule};

const BLOBS: &[Part] = &[Part::Manifest, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "considerations.md#json",
    check: Check::Json(check),
    valid: &[Mutation::bytes("white-space-around", DOCUMENTS, |bytes, _| {
        bytes.insert(0, b'\n');
        bytes.extend_from_slice(b" \t\r\n");
    })],
    invalid: &[
        Mutation::bytes("cut-short", DOCUMENTS, |bytes, _| bytes.truncate(bytes.len() - 1)),
        Mutation::bytes("data-after-the-value", DOCUMENTS, |bytes, _| bytes.extend_from_slice(b"{}")),
        Mutation::bytes("zero-byte-after-the-value", BLOBS, |bytes, _| bytes.push(0)),
        Mutation::bytes("empty", DOCUMENTS, |bytes, _| bytes.clear()),
        Mutation::bytes("utf-16", DOCUMENTS, |bytes, _| {
            *bytes = String::from_utf8_lossy(bytes).encode_utf16().flat_map(u16::to_le_bytes).collect();
        }),
        Mutation::bytes("comment", BLOBS, |bytes, _| insert(bytes, 1, b"/* made by hand */")),
        Mutation::bytes("comma-at-the-end", BLOBS, |bytes, _| insert(bytes, bytes.len() - 1, b",")),
        Mutation::bytes("name-without-quotes", BLOBS, |bytes, _| insert(bytes, 1, b"note:1,")),
        Mutation::document("single-quotes", BLOBS, |document, _| note(document, b"'x'")),
        Mutation::document("tab-in-a-string", BLOBS, |document, _| note(document, b"\"a\tb\"")),
        Mutation::document("unknown-escape", BLOBS, |document, _| note(document, br#""\x41""#)),
        Mutation::document("escape-cut-short", BLOBS, |document, _| note(document, br#""\u41""#)),
        Mutation::document("not-a-number", BLOBS, |document, _| note(document, b"NaN")),
        Mutation::document("infinity", BLOBS, |document, _| note(document, b"-Infinity")),
        Mutation::document("leading-zero", BLOBS, |document, _| note(document, b"01")),
        Mutation::document("plus-sign", BLOBS, |document, _| note(document, b"+1")),
        Mutation::document("hexadecimal-number", BLOBS, |document, _| note(document, b"0x10")),
        Mutation::document("no-digit-after-the-point", BLOBS, |document, _| note(document, b"1.")),
        Mutation::document("literal-in-upper-case", BLOBS, |document, _| note(document, b"True")),
    ],
    unclear: &[
        Mutation::document("nested-a-thousand-deep", DOCUMENTS, |document, _| {
            note(document, &[[b'['; 1000], [b']'; 1000]].concat());
        }),
        // The dev version forbids these: see json/i-json and json/no-duplicate-names.
        Mutation::document("lone-surrogate", DOCUMENTS, |document, _| note(document, br#""\ud800""#))
            .until(SpecVersion::V1_1_1),
        Mutation::document("two-digests", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.add("digest", format!("sha256:{}", "0".repeat(64)));
        })
        .until(SpecVersion::V1_1_1),
        Mutation::document("second-layers-empty", &[Part::Manifest], |manifest, _| {
            manifest.add("layers", Vec::new());
        })
        .until(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

fn insert(bytes: &mut Vec<u8>, at: usize, inserted: &[u8]) {
    bytes.splice(at..at, inserted.iter().copied());
}

/// Adds an unknown member with whatever in the place of its value.
fn note(document: &mut Tree, value: &[u8]) {
    document.add_first(UNKNOWN, Tree::raw(value));
}

/// A text that cannot be read at all never comes here: judging reports it under this rule.
fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for anomaly in document.anomalies().iter().filter(|anomaly| anomaly.kind == AnomalyKind::TrailingData) {
        findings.report_span(anomaly.span, anomaly.kind.to_string(), "one JSON text (RFC 8259)");
    }
}
