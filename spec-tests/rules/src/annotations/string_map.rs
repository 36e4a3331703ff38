//! Annotations are a map from strings to strings, of which any value may be empty.
//!
//! Typed readers refuse the whole document for one number in it; others turn it into text, each
//! in its own way. Schemas that match keys by a pattern overlook the empty key.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{Kind, Value};

use super::absent_or_empty::is_nothing;
use super::{EVERYWHERE, REPLACEABLE, of};
use crate::checks::expect_kind;
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const KEY: &str = "com.example.berth";

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "annotations.md#rules",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("string", EVERYWHERE, |part, _| of(part).set(KEY, "7")),
        Mutation::document("empty-value", EVERYWHERE, |part, _| of(part).set(KEY, "")),
        Mutation::document("any-character", EVERYWHERE, |part, _| {
            of(part).set(KEY, "Liegeplätze 7\n\t\u{0} \u{1F6A2} \"quoted\"");
        }),
        Mutation::document("long-value", EVERYWHERE, |part, _| of(part).set(KEY, "x".repeat(1 << 16)))
            .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("array-of-pairs", REPLACEABLE, |part, _| {
            *of(part) = Tree::strings(&["com.example.berth=7"]);
        }),
        Mutation::document("text-of-pairs", REPLACEABLE, |part, _| *of(part) = "com.example.berth=7".into()),
        Mutation::document("number", EVERYWHERE, |part, _| of(part).set(KEY, 7)).after("string"),
        Mutation::document("boolean", EVERYWHERE, |part, _| of(part).set(KEY, true)).after("string"),
        Mutation::document("null", EVERYWHERE, |part, _| of(part).set(KEY, Tree::Null)).after("string"),
        Mutation::document("array", EVERYWHERE, |part, _| of(part).set(KEY, Tree::strings(&["7"])))
            .after("string"),
        Mutation::document("object", EVERYWHERE, |part, _| of(part).set(KEY, Tree::object([])))
            .after("string"),
        Mutation::document("number-of-empty-key", EVERYWHERE, |part, _| of(part).set("", 7)),
    ],
    ..Rule::BASE
};

/// A value that only says that there are no annotations is another rule's matter.
fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    if !is_nothing(annotations) {
        expect_kind(Some(annotations), Kind::Object, findings);
    }
    for member in annotations.members() {
        expect_kind(Some(member.value), Kind::String, findings);
    }
}
