//! JSON is encoded in UTF-8.
//!
//! Up to 1.1.1 only JSON itself says so (RFC 8259, section 8.1). Readers that put U+FFFD in the
//! place of stray bytes read names that the document does not have.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{AnomalyKind, Document};
use seaworthy_image::spec::SpecVersion;

use super::{DOCUMENTS, UNKNOWN};
use crate::{Check, Findings, Grade, Level, Rule};

const BLOBS: &[Part] = &[Part::Manifest, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied().then(SpecVersion::Dev, Level::Must),
    section: "considerations.md#json",
    check: Check::Json(check),
    valid: &[Mutation::document("two-to-four-bytes", DOCUMENTS, |document, _| {
        note(document, "\"ä€😀\u{10fffd}\"".as_bytes());
    })],
    invalid: &[
        Mutation::document("latin-1", DOCUMENTS, |document, _| note(document, b"\"caf\xe9\"")),
        Mutation::document("overlong", BLOBS, |document, _| note(document, b"\"\xc0\x80\"")),
        Mutation::document("encoded-surrogate", BLOBS, |document, _| note(document, b"\"\xed\xa0\x80\"")),
        Mutation::document("beyond-unicode", BLOBS, |document, _| note(document, b"\"\xf5\x80\x80\x80\"")),
        Mutation::document("sequence-cut-short", BLOBS, |document, _| note(document, b"\"\xe2\x82\"")),
    ],
    unclear: &[Mutation::bytes("byte-order-mark", DOCUMENTS, |bytes, _| {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    })],
    ..Rule::BASE
};

fn note(document: &mut Tree, value: &[u8]) {
    document.add_first(UNKNOWN, Tree::raw(value));
}

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for anomaly in document.anomalies().iter().filter(|anomaly| anomaly.kind == AnomalyKind::NotUtf8) {
        findings.report_span(anomaly.span, anomaly.kind.to_string(), "UTF-8");
    }
}
