//! The `index.json` file holds an image index, and not another document.
//!
//! A layout of one image tempts tools to put its manifest there. A reader that takes either gives
//! one file two meanings.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::manifest_tree;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Value;
use seaworthy_image::layout::{HEADER, INDEX};
use seaworthy_image::views::DocumentKind;

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#content",
    check: Check::EntryPoint(check),
    valid: &[
        Mutation::document("lists-nothing", &[Part::Index], |index, _| index.set("manifests", Vec::new())),
    ],
    invalid: &[
        Mutation::stored("manifest", &[Part::EntryDescriptor], |layout, path, _| {
            let manifest = layout.files.get(path).cloned().unwrap_or_default();
            layout.files.insert(INDEX.to_owned(), manifest);
        }),
        Mutation::document("untyped-manifest", &[Part::Index], |index, _| {
            *index = manifest_tree();
            index.remove("mediaType");
            index.set("config", Tree::object([]));
            index.set("layers", Vec::new());
        }),
        Mutation::document("descriptor", &[Part::Index], |index, _| {
            // An index that lists nothing stays what it is.
            if let Some(first) = index.member("manifests").items().first().cloned() {
                *index = first;
            }
        }),
        Mutation::stored("header", &[Part::Layout], |layout, _, _| {
            let header = layout.files.get(HEADER).cloned().unwrap_or_default();
            layout.files.insert(INDEX.to_owned(), header);
        }),
    ],
    ..Rule::BASE
};

/// What has a list of manifests is an index, perhaps a bad one; what looks like no document at all
/// is left to the rules on indexes, too.
fn check(root: Value<'_>, findings: &mut Findings<'_>) {
    if root.get("manifests").is_some() {
        return;
    }
    if let Some(kind) = DocumentKind::recognise(root)
        && kind != DocumentKind::Index
    {
        findings.report_file(format!("what reads as a {}", kind.as_str()), "an image index");
    }
}
