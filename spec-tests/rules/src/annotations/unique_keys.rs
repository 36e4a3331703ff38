//! No key occurs twice in a map of annotations.
//!
//! Of two values some readers take the first and some the last. A policy that looks at one and a
//! tool that uses the other can be played off against each other.

use std::collections::HashSet;

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{AnomalyKind, Value};

use super::{EVERYWHERE, REPLACEABLE, of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const KEY: &str = "com.example.berth";

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "annotations.md#rules",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("once", EVERYWHERE, |part, _| of(part).add(KEY, "7")),
        Mutation::document("other-case", EVERYWHERE, |part, _| {
            of(part).add("com.example.BERTH", "7");
            of(part).add(KEY, "8");
        }),
        Mutation::document("same-key-in-two-maps", &[Part::Manifest], |manifest, _| {
            of(manifest).set(KEY, "7");
            of(manifest.member("config")).set(KEY, "8");
        }),
    ],
    invalid: &[
        Mutation::document("other-value", EVERYWHERE, |part, _| of(part).add(KEY, "8")).after("once"),
        Mutation::document("same-value", EVERYWHERE, |part, _| of(part).add(KEY, "7")).after("once"),
        Mutation::document("one-of-them-escaped", REPLACEABLE, |part, _| {
            *of(part) = Tree::raw(r#"{"com.example.berth":"7","com.example.\u0062erth":"8"}"#);
        })
        .after("once"),
        Mutation::document("two-names-of-an-image", &[Part::EntryDescriptor], |entry, _| {
            of(entry).add("org.opencontainers.image.ref.name", "v2");
        }),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    let mut anomalies = annotations.document().anomalies().iter();
    if !anomalies.any(|anomaly| anomaly.kind == AnomalyKind::DuplicateName) {
        return;
    }
    let mut seen = HashSet::new();
    for member in annotations.members() {
        let name = member.name();
        if seen.contains(&name) {
            findings.report(member.name_value(), format!("the key {name:?} again"), "each key once");
        }
        seen.insert(name);
    }
}
