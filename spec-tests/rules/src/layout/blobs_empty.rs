//! The directory of the blobs may be empty.
//!
//! It is so in a layout that was just made. Tools that list the algorithms before they read the
//! index fail on the first push into a new layout.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::EntryKind;

use super::store;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "image-layout.md#content",
    valid: &[
        Mutation::stored("no-algorithm", &[Part::Layout], |layout, _, _| {
            store::list_nothing(layout);
            store::empty_blobs(layout);
        }),
        Mutation::stored("algorithm-without-blobs", &[Part::Layout], |layout, _, _| {
            store::list_nothing(layout);
            store::empty_blobs(layout);
            layout.others.insert("blobs/sha256".to_owned(), EntryKind::Directory);
        }),
    ],
    ..Rule::BASE
};
