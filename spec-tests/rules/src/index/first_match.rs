//! Where several entries fit a host, the first of them is to be used.
//!
//! Publishers put the better image first and a fallback after it. Tools that choose differently
//! give different images to users who type the same name.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[Mutation::document("same-platform-twice", &[Part::NestedIndex], |index, _| {
        let [first, second, ..] = index.member("manifests").items().as_mut_slice() else { return };
        second.set("platform", first.member("platform").clone());
    })],
    ..Rule::BASE
};
