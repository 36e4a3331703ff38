//! A layout may lack blobs that it refers to.
//!
//! Another store is to supply them. So a layout is not broken by that, and a tool that needs the
//! blob has to say plainly which one it did not find.

use seaworthy_generators::mutation::{Mutation, Part};

use crate::{Grade, Rule};

const EVERY: &[Part] =
    &[Part::EntryDescriptor, Part::ConfigDescriptor, Part::LayerDescriptor, Part::PlatformDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "image-layout.md#blobs",
    valid: &[Mutation::stored("one", EVERY, |layout, path, _| drop(layout.files.remove(path)))
        .may_be_refused()],
    ..Rule::BASE
};
