//! Below `blobs` there is one directory for each algorithm, and in each only files: the blobs.
//!
//! Sharded directories and whole digests as names are common in other stores. A link in the place
//! of a blob lets whoever made the layout read files of whoever opens it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::{BLOBS, Entry, EntryKind};

use super::store;
use crate::{Check, Findings, Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-layout.md#blobs",
    check: Check::Files(check),
    invalid: &[
        Mutation::stored("no-algorithm", LAYER, |layout, path, _| {
            store::rename(layout, path, &path.replace("/sha256", ""));
        }),
        Mutation::stored("digest-for-a-name", LAYER, |layout, path, _| {
            store::rename(layout, path, &path.replace("sha256/", "sha256:"));
        }),
        Mutation::stored("sharded", LAYER, |layout, path, _| {
            let Some((directory, name)) = path.rsplit_once('/') else { return };
            let Some((start, rest)) = name.split_at_checked(2) else { return };
            store::rename(layout, path, &format!("{directory}/{start}/{rest}"));
        }),
        Mutation::stored("directory-for-a-blob", LAYER, |layout, path, _| {
            store::rename(layout, path, &format!("{path}/data"));
        }),
        Mutation::stored("link-for-a-blob", LAYER, |layout, path, _| {
            store::replace(layout, path, EntryKind::Link);
        }),
        Mutation::stored("special-file-for-a-blob", LAYER, |layout, path, _| {
            store::replace(layout, path, EntryKind::Special);
        }),
        Mutation::stored("link-for-an-algorithm", &[Part::Layout], |layout, _, _| {
            store::replace(layout, "blobs/sha256", EntryKind::Link);
        }),
        Mutation::stored("file-for-an-algorithm", &[Part::Layout], |layout, _, _| {
            store::remove(layout, "blobs/sha256");
            layout.files.insert("blobs/sha256".to_owned(), Vec::new());
        }),
    ],
    ..Rule::BASE
};

/// What lies deeper than a blob is not told one by one: the directory that stands for the blob is.
fn check(entries: &[Entry], findings: &mut Findings<'_>) {
    for entry in entries {
        let Some(below) = entry.path.strip_prefix(BLOBS).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let (wanted, role) = match below.matches('/').count() {
            0 => (EntryKind::Directory, "the directory of an algorithm"),
            1 => (EntryKind::File, "a blob: a regular file"),
            _ => continue,
        };
        if entry.kind != wanted {
            findings.report_path(&entry.path, entry.kind.describe(), role);
        }
    }
}
