//! A layout has a file called `index.json`.
//!
//! It is the only way in. A tool that follows a link in its place can be led to another image, or
//! out of the layout.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::{Entry, EntryKind, INDEX};

use super::{expect_entry, store};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#content",
    check: Check::Files(check),
    invalid: &[
        Mutation::stored("absent", &[Part::Layout], |layout, _, _| store::remove(layout, INDEX)),
        Mutation::stored("directory", &[Part::Layout], |layout, _, _| {
            store::replace(layout, INDEX, EntryKind::Directory);
        }),
        Mutation::stored("link", &[Part::Layout], |layout, _, _| {
            store::replace(layout, INDEX, EntryKind::Link);
        }),
        Mutation::stored("special-file", &[Part::Layout], |layout, _, _| {
            store::replace(layout, INDEX, EntryKind::Special);
        }),
        Mutation::stored("capital-letter", &[Part::Layout], |layout, _, _| {
            store::rename(layout, INDEX, "Index.json");
        }),
        Mutation::stored("among-the-blobs", &[Part::Layout], |layout, _, _| {
            let index = layout.files.remove(INDEX).unwrap_or_default();
            store::file(layout, &index);
        }),
    ],
    ..Rule::BASE
};

fn check(entries: &[Entry], findings: &mut Findings<'_>) {
    expect_entry(entries, INDEX, EntryKind::File, findings);
}
