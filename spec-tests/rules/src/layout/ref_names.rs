//! The names of the entries in `index.json` mean nothing of themselves: they may repeat or lack.
//!
//! They look like tags, so tools expect each once, and without a slash. Which of several entries
//! of one name is meant, the specification leaves open.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::REF_NAME;
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;

use super::store::{descriptor, file, list_first};
use crate::{Grade, Rule};

const KEY: &str = "org.opencontainers.image.ref.name";

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "image-layout.md#indexjson-file",
    valid: &[
        Mutation::document("none", &[Part::EntryDescriptor], |entry, _| drop(entry.remove("annotations"))),
        Mutation::document("image-reference", &[Part::EntryDescriptor], |entry, _| {
            entry.member("annotations").set(KEY, "registry.example.com:5000/team/app:v1.0.0-rc.1");
        }),
        Mutation::document("two-for-one-manifest", &[Part::Index], |index, _| {
            let entries = index.member("manifests").items();
            let Some(mut second) = entries.first().cloned() else { return };
            second.member("annotations").set(KEY, "latest");
            entries.push(second);
        }),
        Mutation::stored("one-for-two-manifests", &[Part::EntryDescriptor], |layout, path, _| {
            // A line break changes the digest, and nothing else.
            let mut manifest = layout.files.get(path).cloned().unwrap_or_default();
            manifest.push(b'\n');
            file(layout, &manifest);
            let mut entry = descriptor(media_type::MANIFEST, &manifest);
            entry.set("annotations", Tree::object([(KEY, REF_NAME.into())]));
            list_first(layout, &entry);
        })
        .may_be_refused(),
    ],
    ..Rule::BASE
};
