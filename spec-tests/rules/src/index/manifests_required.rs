//! An index has the member `manifests`.
//!
//! A reader that takes its absence for an empty list cannot tell an index that lists nothing from
//! a document that is no index at all.

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
        Mutation::document("absent", INDEXES, |index, _| drop(index.remove("manifests"))),
        Mutation::document("capital-letter", INDEXES, |index, _| index.rename("manifests", "Manifests")),
    ],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    expect_present(index.value, index.manifests, "manifests", findings);
}
