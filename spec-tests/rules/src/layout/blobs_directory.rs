//! A layout has a directory called `blobs`.
//!
//! Tools that create it on the first write take a mistyped path for an empty layout. One that
//! follows a link in its place reads and writes wherever the link leads.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::{BLOBS, Entry, EntryKind};

use super::{expect_entry, store};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#content",
    check: Check::Files(check),
    invalid: &[
        Mutation::stored("absent", &[Part::Layout], |layout, _, _| store::remove(layout, BLOBS)),
        Mutation::stored("file", &[Part::Layout], |layout, _, _| {
            store::remove(layout, BLOBS);
            layout.files.insert(BLOBS.to_owned(), Vec::new());
        }),
        Mutation::stored("link", &[Part::Layout], |layout, _, _| {
            store::replace(layout, BLOBS, EntryKind::Link);
        }),
        Mutation::stored("capital-letter", &[Part::Layout], |layout, _, _| {
            store::rename(layout, BLOBS, "Blobs");
        }),
    ],
    ..Rule::BASE
};

fn check(entries: &[Entry], findings: &mut Findings<'_>) {
    expect_entry(entries, BLOBS, EntryKind::Directory, findings);
}
