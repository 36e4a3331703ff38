//! An index has the member `schemaVersion`.
//!
//! Old readers of Docker's formats tell them apart by this number, and take a document without it
//! for one of the first generation.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::views::Index;

use super::INDEXES;
use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    invalid: &[
        Mutation::document("absent", INDEXES, |index, _| drop(index.remove("schemaVersion"))),
        Mutation::document("lower-case-name", INDEXES, |index, _| {
            index.rename("schemaVersion", "schemaversion");
        }),
    ],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    expect_present(index.value, index.schema_version, "schemaVersion", findings);
}
