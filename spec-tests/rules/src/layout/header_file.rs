//! A layout has a file called `oci-layout`.
//!
//! It marks a directory as a layout. Tools that do without it, or follow a link in its place, take
//! any directory with an `index.json` for one.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::{Entry, EntryKind, HEADER};

use super::{expect_entry, store};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#content",
    check: Check::Files(check),
    invalid: &[
        Mutation::stored("absent", &[Part::Layout], |layout, _, _| store::remove(layout, HEADER)),
        Mutation::stored("directory", &[Part::Layout], |layout, _, _| {
            store::replace(layout, HEADER, EntryKind::Directory);
        }),
        Mutation::stored("link", &[Part::Layout], |layout, _, _| {
            store::replace(layout, HEADER, EntryKind::Link);
        }),
        Mutation::stored("special-file", &[Part::Layout], |layout, _, _| {
            store::replace(layout, HEADER, EntryKind::Special);
        }),
        Mutation::stored("upper-case", &[Part::Layout], |layout, _, _| {
            store::rename(layout, HEADER, "OCI-LAYOUT");
        }),
        Mutation::stored("json-suffix", &[Part::Layout], |layout, _, _| {
            store::rename(layout, HEADER, "oci-layout.json");
        }),
    ],
    ..Rule::BASE
};

fn check(entries: &[Entry], findings: &mut Findings<'_>) {
    expect_entry(entries, HEADER, EntryKind::File, findings);
}
