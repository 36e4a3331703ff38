//! A `ref.name` is made of components between slashes, each of letters and digits with single
//! separators, or two dashes, between them.
//!
//! The grammar differs from that of registries (three dashes, two underscores), so a name that is
//! copied from one may not do. `..` and a slash in front would be paths.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::json::Value;
use seaworthy_image::reference::{check_ref_name, outside_ref_name_charset};
use seaworthy_image::views::Relation;

use super::of;
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const ENTRY: &[Part] = &[Part::EntryDescriptor];
const KEY: &str = "org.opencontainers.image.ref.name";

/// 1.0.2 has a "must" in lower case, and 1.1 tells only which names are valid: so this is advice.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("reference", ENTRY, |entry, _| {
            of(entry).set(KEY, "registry.example.com:5000/a/b:v1");
        }),
        Mutation::document("two-dashes", ENTRY, |entry, _| of(entry).set(KEY, "a--b")),
        Mutation::document("single-digit", ENTRY, |entry, _| of(entry).set(KEY, "1")),
    ],
    invalid: &[
        Mutation::document("empty", ENTRY, |entry, _| of(entry).set(KEY, "")),
        Mutation::document("separator-first", ENTRY, |entry, _| of(entry).set(KEY, "-v1")),
        Mutation::document("separator-last", ENTRY, |entry, _| of(entry).set(KEY, "latest:")),
        Mutation::document("two-dots", ENTRY, |entry, _| of(entry).set(KEY, "v1..2")),
        Mutation::document("three-dashes", ENTRY, |entry, _| of(entry).set(KEY, "v1---2")),
        Mutation::document("empty-component", ENTRY, |entry, _| of(entry).set(KEY, "a//b")),
        Mutation::document("parent-directory", ENTRY, |entry, _| of(entry).set(KEY, "../../v1")),
    ],
    ..Rule::BASE
};

/// The name that an entry of `index.json` gives to what it leads to. Elsewhere it means nothing.
pub(super) fn ref_name(annotations: Value<'_>, of: Annotated) -> Option<(Value<'_>, String)> {
    let is_entry_of_layout = matches!(of, Annotated::Descriptor(Relation::Entry, true));
    let value = annotations.get(KEY).filter(|_| is_entry_of_layout)?;
    Some((value, value.as_str()?.into_owned()))
}

/// A character that has no place in any name is another rule's matter.
fn check(annotations: Value<'_>, of: Annotated, findings: &mut Findings<'_>) {
    let Some((value, name)) = ref_name(annotations, of) else { return };
    if outside_ref_name_charset(&name).is_none()
        && let Err(error) = check_ref_name(&name)
    {
        findings.report(value, error.to_string(), "components like v1.2, with / between them");
    }
}
