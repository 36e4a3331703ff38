//! No object has two members of one name.
//!
//! Readers take the first, the last, or refuse. With two digests or two lists of layers, what was
//! scanned or signed is not what is run.

use std::collections::HashSet;

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{AnomalyKind, Document, Value};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, DocumentKind, Index, Manifest, Relation};

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

/// Annotations and labels have a rule of their own, which is older. Maps of that name in other places have not.
fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let repeated = document.anomalies().iter().filter(|anomaly| anomaly.kind == AnomalyKind::DuplicateName);
    let duplicates: HashSet<usize> = repeated.map(|anomaly| anomaly.span.start).collect();
    if duplicates.is_empty() {
        return;
    }
    let annotations = annotations(document.root());
    for object in document.objects().filter(|object| !annotations.contains(&object.span().start)) {
        for name in object.members().map(|member| member.name_value()) {
            if duplicates.contains(&name.span().start) {
                let found = format!("another member {:?}", name.as_str().unwrap_or_default());
                findings.report(name, found, "each name once in an object (RFC 7493)");
            }
        }
    }
}

/// Where the annotations and labels of a document begin.
fn annotations(root: Value<'_>) -> HashSet<usize> {
    let of = |descriptors: &mut dyn Iterator<Item = (Relation, Descriptor<'_>)>| {
        descriptors.filter_map(|(_, descriptor)| Some(descriptor.annotations?.span().start)).collect()
    };
    let (own, mut starts): (_, HashSet<usize>) = match DocumentKind::recognise(root) {
        Some(DocumentKind::Index) => {
            let index = Index::of(root);
            (index.annotations, of(&mut index.descriptors()))
        }
        Some(DocumentKind::Manifest) | None => {
            let manifest = Manifest::of(root);
            (manifest.annotations, of(&mut manifest.descriptors()))
        }
        Some(DocumentKind::Config) => {
            (root.get("config").and_then(|config| config.get("Labels")), HashSet::new())
        }
        Some(DocumentKind::Descriptor) => (Descriptor::of(root).annotations, HashSet::new()),
        Some(DocumentKind::Header) => (None, HashSet::new()),
    };
    starts.extend(own.map(|own| own.span().start));
    starts
}
