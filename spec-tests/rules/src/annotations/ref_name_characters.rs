//! A `ref.name` is advised to be made of letters, digits and `-._:@/+`.
//!
//! Names are typed on command lines and put into paths and URLs, where blanks and hashes end
//! them early.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::json::Value;
use seaworthy_image::reference::outside_ref_name_charset;

use super::of;
use super::ref_name_grammar::ref_name;
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const ENTRY: &[Part] = &[Part::EntryDescriptor];
const KEY: &str = "org.opencontainers.image.ref.name";

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[Mutation::document("each-separator", ENTRY, |entry, _| of(entry).set(KEY, "A-b.c_0:1@2/z+9"))],
    invalid: &[
        Mutation::document("blank", ENTRY, |entry, _| of(entry).set(KEY, "my tag")),
        Mutation::document("hash", ENTRY, |entry, _| of(entry).set(KEY, "tag#1")),
        Mutation::document("not-ascii", ENTRY, |entry, _| of(entry).set(KEY, "t\u{e4}g")),
        Mutation::document("line-feed-at-the-end", ENTRY, |entry, _| of(entry).set(KEY, "v1\n")),
        Mutation::document("backslash", ENTRY, |entry, _| of(entry).set(KEY, "a\\b")),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, of: Annotated, findings: &mut Findings<'_>) {
    let Some((value, name)) = ref_name(annotations, of) else { return };
    if let Some(offset) = outside_ref_name_charset(&name) {
        let found = name[offset..].chars().next().unwrap_or_default();
        findings.report(value, format!("the character {found:?}"), "letters, digits and -._:@/+");
    }
}
