//! Implementations support image manifests as the entries of an index.
//!
//! It is the one type that every index can count on; a platform makes an entry easier to choose,
//! and is not what makes it an image.

use seaworthy_generators::mutation::{Mutation, Part};

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[
        // The plain index lists two manifests of images already.
        Mutation::document("two-images", &[Part::NestedIndex], |_, _| {}),
        Mutation::document("only-image", &[Part::NestedIndex], |index, _| {
            let entries = index.member("manifests").items();
            entries.truncate(1);
            entries.iter_mut().for_each(|entry| drop(entry.remove("platform")));
        }),
    ],
    ..Rule::BASE
};
