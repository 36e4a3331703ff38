//! The `schemaVersion` of an index is 2.
//!
//! The number stands for compatibility with Docker's readers, not for a version of this
//! specification, and any other sends them to a different format.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::json::Integer;
use seaworthy_image::views::Index;

use super::INDEXES;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    invalid: &[
        Mutation::document("one", INDEXES, |index, _| index.set("schemaVersion", 1)),
        Mutation::document("three", INDEXES, |index, _| index.set("schemaVersion", 3)),
        Mutation::document("zero", INDEXES, |index, _| index.set("schemaVersion", 0)),
        Mutation::document("negative", INDEXES, |index, _| index.set("schemaVersion", -2)),
    ],
    ..Rule::BASE
};

/// A number that is no integer at all is another rule's matter; one beyond 64 bits is not 2.
fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    let Some(value) = index.schema_version else { return };
    match value.as_integer() {
        None | Some(Integer::Fractional | Integer::Plain(2) | Integer::Disguised(2)) => {}
        Some(_) => findings.report(value, String::from_utf8_lossy(value.raw()), "2"),
    }
}
