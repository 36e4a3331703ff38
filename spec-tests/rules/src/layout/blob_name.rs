//! The names of a blob and of its algorithm's directory keep the grammar of a digest.
//!
//! Uploads that are not finished and leavings of editors lie there under names with dots, and a
//! garbage collector or a copy that reads every name as a digest stops at the first.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::Digest;
use seaworthy_image::layout::{BLOBS, Entry, EntryKind};

use crate::{Check, Findings, Grade, Rule};

const LAYOUT: &[Part] = &[Part::Layout];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#blobs",
    check: Check::Files(check),
    valid: &[
        Mutation::stored("several-components", LAYOUT, |layout, _, _| {
            layout.files.insert("blobs/multihash+base58/QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8".into(), Vec::new());
        }),
        Mutation::stored("every-character", LAYOUT, |layout, _, _| {
            layout.files.insert("blobs/a+b.c_d-9/Zz0=_-".into(), Vec::new());
        }),
    ],
    invalid: &[
        Mutation::stored("upper-case-algorithm", LAYOUT, |layout, _, _| {
            layout.others.insert("blobs/SHA256".to_owned(), EntryKind::Directory);
        }),
        Mutation::stored("hidden-algorithm", LAYOUT, |layout, _, _| {
            layout.files.insert("blobs/.uploads/4f2a".to_owned(), b"not yet all of it".to_vec());
        }),
        Mutation::stored("separator-after-algorithm", LAYOUT, |layout, _, _| {
            layout.others.insert("blobs/sha256+".to_owned(), EntryKind::Directory);
        }),
        Mutation::stored("blank-in-algorithm", LAYOUT, |layout, _, _| {
            layout.others.insert("blobs/sha256 (1)".to_owned(), EntryKind::Directory);
        }),
        Mutation::stored("temporary-blob", &[Part::LayerDescriptor], |layout, path, _| {
            layout.files.insert(format!("{path}.tmp"), Vec::new());
        }),
        Mutation::stored("hidden-blob", LAYOUT, |layout, _, _| {
            layout.files.insert("blobs/sha256/.partial-1".to_owned(), Vec::new());
        }),
        Mutation::stored("backup-of-a-blob", &[Part::LayerDescriptor], |layout, path, _| {
            layout.files.insert(format!("{path}~"), Vec::new());
        }),
    ],
    ..Rule::BASE
};

/// A name is looked at only where it has to be one of a digest: what is of the wrong type, or lies
/// at the wrong depth, is another rule's matter. Bad names below a bad one are not told.
fn check(entries: &[Entry], findings: &mut Findings<'_>) {
    for entry in entries {
        let names = entry.path.strip_prefix(BLOBS).and_then(|rest| rest.strip_prefix('/'));
        let digest = match names.map(|names| names.split_once('/')) {
            Some(None) if entry.kind == EntryKind::Directory => format!("{}:0", &entry.path[BLOBS.len() + 1..]),
            Some(Some((algorithm, encoded))) if entry.kind == EntryKind::File && is_algorithm(algorithm) => {
                match encoded.contains('/') {
                    true => continue,
                    false => format!("{algorithm}:{encoded}"),
                }
            }
            _ => continue,
        };
        if Digest::parse(&digest).is_err() {
            findings.report_path(&entry.path, "a name that no digest has", "a part of a digest");
        }
    }
}

fn is_algorithm(name: &str) -> bool {
    Digest::parse(&format!("{name}:0")).is_ok()
}
