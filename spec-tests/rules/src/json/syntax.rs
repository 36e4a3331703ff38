//! A document is one JSON text in UTF-8, with nothing after it.
//!
//! A reader that stops at the end of the first value, and another that reads on, see two
//! different documents under one digest.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::json::{AnomalyKind, Document};

use crate::{Check, Findings, Grade, Rule};

const DOCUMENTS: &[Part] = &[Part::Header, Part::Index, Part::Manifest, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "media-types.md#oci-image-media-types",
    check: Check::Json(check),
    valid: &[Mutation::bytes("white-space-around", DOCUMENTS, |bytes, _| {
        bytes.insert(0, b'\n');
        bytes.extend_from_slice(b" \t\r\n");
    })],
    invalid: &[
        Mutation::bytes("cut-short", DOCUMENTS, |bytes, _| bytes.truncate(bytes.len() - 1)),
        Mutation::bytes("data-after-the-value", DOCUMENTS, |bytes, _| bytes.extend_from_slice(b"{}")),
        Mutation::bytes("empty", DOCUMENTS, |bytes, _| bytes.clear()),
    ],
    unclear: &[Mutation::bytes("byte-order-mark", DOCUMENTS, |bytes, _| {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    })],
    ..Rule::BASE
};

/// A text that cannot be read at all never comes here: judging reports it under this rule.
fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for anomaly in document.anomalies() {
        if matches!(anomaly.kind, AnomalyKind::TrailingData | AnomalyKind::NotUtf8) {
            findings.report_span(anomaly.span, anomaly.kind.to_string(), "one JSON text in UTF-8 (RFC 8259)");
        }
    }
}
