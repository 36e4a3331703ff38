//! An entry of an index is a descriptor: it may have every member of one, and `platform` besides.
//!
//! The official schema describes entries anew and leaves some members out, and readers built from
//! it drop them. What an entry must not have is said by the rules on descriptors.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Grade, Rule};

const ENTRIES: &[Part] = &[Part::EntryDescriptor, Part::PlatformDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[
        Mutation::document("annotations-and-urls", ENTRIES, |entry, _| {
            entry.member("annotations").set("com.example.berth", "7");
            entry.set("urls", Tree::strings(&["https://example.com/manifest"]));
        }),
        Mutation::document("same-digest-twice", &[Part::NestedIndex], |index, _| {
            let entries = index.member("manifests").items();
            if let Some(first) = entries.first().cloned() {
                entries.push(first);
            }
        }),
    ],
    ..Rule::BASE
};
