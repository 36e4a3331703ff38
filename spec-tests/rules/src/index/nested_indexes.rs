//! Implementations are advised to support indexes as the entries of an index.
//!
//! Nothing bounds the depth. A reader that looks one level down misses images, and one that
//! recurses without a bound can be made to run out of stack.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use super::store::nest;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[
        Mutation::stored("two-levels", &[Part::NestedIndex], |layout, path, _| nest(layout, path, 1)),
        Mutation::stored("ten-levels", &[Part::NestedIndex], |layout, path, _| nest(layout, path, 9))
            .may_be_refused(),
    ],
    ..Rule::BASE
};
