//! An index is advised to state its own media type.
//!
//! Without it a reader that has only the bytes must guess from the members, and a document with
//! the members of both an index and a manifest can be guessed either way.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::views::Index;

use super::{INDEXES, unless_null};
use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    invalid: &[Mutation::document("absent", INDEXES, |index, _| drop(index.remove("mediaType")))],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    expect_present(index.value, unless_null(index.media_type), "mediaType", findings);
}
