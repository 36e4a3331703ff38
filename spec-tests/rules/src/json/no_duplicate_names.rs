//! No object has two members of one name.
//!
//! Readers take the first, the last, or refuse. With two digests or two lists of layers, what was
//! scanned or signed is not what is run.

use std::collections::HashSet;

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{AnomalyKind, Document};
use seaworthy_image::spec::SpecVersion;

use super::UNKNOWN;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::Dev),
    section: "considerations.md#json",
    check: Check::Json(check),
    valid: &[
        Mutation::document("at-different-depths", &[Part::Manifest, Part::Config], |document, _| {
            document.add(UNKNOWN, Tree::object([(UNKNOWN, Tree::object([(UNKNOWN, 1.into())]))]));
        }),
        Mutation::document("differing-in-case", &[Part::Manifest, Part::Config], |document, _| {
            document.add(UNKNOWN, 1);
            document.add(&UNKNOWN.to_uppercase(), 2);
        }),
    ],
    invalid: &[
        Mutation::document("two-digests", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.add("digest", format!("sha256:{}", "0".repeat(64)));
        }),
        Mutation::document("same-size-twice", Part::DESCRIPTORS, |descriptor, _| {
            let size = descriptor.get("size").cloned().unwrap_or(Tree::Null);
            descriptor.add("size", size);
        }),
        Mutation::document("second-layers-empty", &[Part::Manifest], |manifest, _| {
            manifest.add("layers", Vec::new());
        }),
        Mutation::document("two-users", &[Part::Config], |config, _| config.member("config").add("User", "0:0")),
        Mutation::document("two-systems", &[Part::Platform], |platform, _| platform.add("os", "windows")),
        Mutation::document("two-layout-versions", &[Part::Header], |header, _| {
            header.add("imageLayoutVersion", "1.0.0");
        }),
        Mutation::document("unknown-name", &[Part::Index, Part::Manifest, Part::Config], |document, _| {
            document.add(UNKNOWN, 1);
            document.add(UNKNOWN, 1);
        }),
        Mutation::bytes("one-escaped", &[Part::Manifest], |bytes, _| {
            bytes.splice(1..1, *br#""m\u0065diaType":"application/vnd.oci.image.manifest.v1+json","#);
        }),
    ],
    ..Rule::BASE
};

/// Annotations and labels have a rule of their own, which is older.
fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let repeated = document.anomalies().iter().filter(|anomaly| anomaly.kind == AnomalyKind::DuplicateName);
    let duplicates: HashSet<usize> = repeated.map(|anomaly| anomaly.span.start).collect();
    if duplicates.is_empty() {
        return;
    }
    let mut annotations = HashSet::new();
    for object in document.objects() {
        let is_annotations = annotations.contains(&object.span().start);
        for member in object.members() {
            if member.is_named("annotations") || member.is_named("Labels") {
                annotations.insert(member.value.span().start);
            }
            let name = member.name_value();
            if !is_annotations && duplicates.contains(&name.span().start) {
                let found = format!("another member {:?}", member.name());
                findings.report(name, found, "each name once in an object (RFC 7493)");
            }
        }
    }
}
