//! A layout may hold blobs that nothing in it leads to.
//!
//! They are left when a tag moves on, or put there ahead of the image. A tool that calls them
//! corrupt cannot share a layout with others.

use seaworthy_generators::mutation::{Mutation, Part};

use super::store::{file, list_nothing};
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "image-layout.md#blobs",
    valid: &[
        Mutation::stored("beside-others", &[Part::Layout], |layout, _, _| file(layout, b"left behind\n")),
        Mutation::stored("nothing-else", &[Part::Layout], |layout, _, _| list_nothing(layout)),
    ],
    ..Rule::BASE
};
