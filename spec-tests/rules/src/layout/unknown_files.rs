//! Files that the specification does not know may lie beside the three it does.
//!
//! A layout that `docker load` can read as well has `manifest.json` and `repositories`; file
//! managers and version control add files of their own.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::EntryKind;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

/// Said without a keyword, in a note to implementers. What a link may lead to nobody says; here is
/// nothing that reads it.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "image-layout.md#content",
    valid: &[
        Mutation::stored("docker-save", &[Part::Layout], |layout, _, _| {
            layout.files.insert("manifest.json".to_owned(), b"[{\"Config\":\"x\",\"Layers\":[]}]".to_vec());
            layout.files.insert("repositories".to_owned(), b"{}".to_vec());
        }),
        Mutation::stored("hidden-file", &[Part::Layout], |layout, _, _| {
            layout.files.insert(".DS_Store".to_owned(), b"\x00\x00\x00\x01Bud1".to_vec());
        }),
        Mutation::stored("temporary-index", &[Part::Layout], |layout, _, _| {
            layout.files.insert("index.json.tmp".to_owned(), b"{\"schemaVersion\":".to_vec());
        }),
        Mutation::stored("directories", &[Part::Layout], |layout, _, _| {
            layout.files.insert("docs/README.md".to_owned(), b"# A layout\n".to_vec());
            layout.others.insert("empty".to_owned(), EntryKind::Directory);
        }),
    ],
    unclear: &[
        Mutation::stored("link", &[Part::Layout], |layout, _, _| {
            layout.others.insert("latest".to_owned(), EntryKind::Link);
        }),
        Mutation::stored("special-file", &[Part::Layout], |layout, _, _| {
            layout.others.insert("lock".to_owned(), EntryKind::Special);
        }),
    ],
    ..Rule::BASE
};
