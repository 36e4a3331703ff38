//! Where there are no annotations, the member is left out or is an empty map.
//!
//! Null and the empty array stand for "none" in some languages, and break typed readers in all
//! the others. In the labels of a configuration null is as good as absent.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{Kind, Value};

use super::{REPLACEABLE, of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const NULL_IS_NOT_ABSENT: &[Part] = &[Part::Index, Part::Manifest, Part::LayerDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "annotations.md#rules",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("empty-map", REPLACEABLE, |part, _| *of(part) = Tree::object([])),
        Mutation::document("null-labels", &[Part::Config], |config, _| *of(config) = Tree::Null),
    ],
    invalid: &[
        Mutation::document("null", NULL_IS_NOT_ABSENT, |part, _| *of(part) = Tree::Null).after("empty-map"),
        Mutation::document("empty-array", REPLACEABLE, |part, _| *of(part) = Vec::new().into())
            .after("empty-map"),
        Mutation::document("empty-string", REPLACEABLE, |part, _| *of(part) = "".into()).after("empty-map"),
    ],
    ..Rule::BASE
};

/// Whether a value says that there are no annotations, in another way than an empty map.
pub(super) fn is_nothing(annotations: Value<'_>) -> bool {
    match annotations.kind() {
        Kind::Null => true,
        Kind::Array => annotations.items().next().is_none(),
        Kind::String => annotations.as_str().is_some_and(|text| text.is_empty()),
        Kind::Bool | Kind::Number | Kind::Object => false,
    }
}

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    if is_nothing(annotations) {
        let found = String::from_utf8_lossy(annotations.raw());
        findings.report(annotations, found, "no such member, or an empty object");
    }
}
