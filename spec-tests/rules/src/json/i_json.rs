//! Names and strings hold no surrogates and no code points that are no characters (RFC 7493).
//!
//! Half a surrogate pair becomes U+FFFD in one reader, an error in another, and three odd bytes
//! in a third: names that differ for one of them are the same for the next.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{AnomalyKind, Document};
use seaworthy_image::spec::SpecVersion;

use super::{DOCUMENTS, UNKNOWN};
use crate::{Check, Findings, Grade, Rule};

const BLOBS: &[Part] = &[Part::Manifest, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::Dev),
    section: "considerations.md#json",
    check: Check::Json(check),
    valid: &[
        Mutation::document("surrogate-pair", DOCUMENTS, |document, _| note(document, r#""\ud83d\ude00""#)),
        Mutation::document("beside-the-non-characters", BLOBS, |document, _| {
            note(document, r#""\ufdcf\ufdf0\ufffd\ud83f\udffd""#);
        }),
    ],
    invalid: &[
        Mutation::document("lone-surrogate", DOCUMENTS, |document, _| note(document, r#""\ud800""#)),
        Mutation::document("pair-reversed", BLOBS, |document, _| note(document, r#""\udc00\ud800""#)),
        Mutation::document("half-a-pair-and-a-letter", BLOBS, |document, _| note(document, r#""\ud83dx""#)),
        Mutation::document("non-character", BLOBS, |document, _| note(document, "\"\u{fdd0}\"")),
        Mutation::document("non-character-escaped", DOCUMENTS, |document, _| note(document, r#""\uffff""#)),
        Mutation::document("last-of-a-plane", BLOBS, |document, _| note(document, "\"\u{1fffe}\"")),
        Mutation::document("non-character-in-a-name", BLOBS, |document, _| document.add("\u{ffff}", 1)),
    ],
    ..Rule::BASE
};

fn note(document: &mut Tree, value: &str) {
    document.add_first(UNKNOWN, Tree::raw(value));
}

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for anomaly in document.anomalies().iter().filter(|anomaly| anomaly.kind == AnomalyKind::LoneSurrogate) {
        findings.report_span(anomaly.span, anomaly.kind.to_string(), "pairs of surrogates (RFC 7493)");
    }
    for value in document.strings() {
        let text = value.as_str().unwrap_or_default();
        if text.is_ascii() {
            continue;
        }
        if let Some(character) = text.chars().find(|&character| is_non_character(character)) {
            let found = format!("U+{:04X}, which is no character", u32::from(character));
            findings.report_span(value.span(), found, "characters (RFC 7493)");
        }
    }
}

/// The last two code points of every plane, and 32 more in the first.
fn is_non_character(character: char) -> bool {
    let code = u32::from(character);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}
