//! The `schemaVersion` of an index is an integer.
//!
//! Typed readers refuse anything else, untyped ones compare `"2"` with 2 and differ over whether
//! these are the same.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{Integer, Value};
use seaworthy_image::views::Index;

use super::INDEXES;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    invalid: &[
        Mutation::document("string", INDEXES, |index, _| index.set("schemaVersion", "2")),
        Mutation::document("null", INDEXES, |index, _| index.set("schemaVersion", Tree::Null)),
        Mutation::document("fraction", INDEXES, |index, _| index.set("schemaVersion", Tree::raw("2.5"))),
        Mutation::document("array", INDEXES, |index, _| index.set("schemaVersion", vec![2.into()])),
    ],
    unclear: &[
        // JSON knows no integers, so readers differ over numbers that are written like this.
        Mutation::document("zero-fraction", INDEXES, |index, _| {
            index.set("schemaVersion", Tree::raw("2.0"));
        }),
        Mutation::document("exponent", INDEXES, |index, _| index.set("schemaVersion", Tree::raw("2e0"))),
    ],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    let Some(value) = index.schema_version else { return };
    match value.as_integer() {
        None => findings.report(value, value.kind().describe(), "an integer"),
        Some(Integer::Fractional) => findings.report(value, shown(value), "an integer"),
        Some(_) => {}
    }
}

fn shown(value: Value<'_>) -> String {
    String::from_utf8_lossy(value.raw()).into_owned()
}
