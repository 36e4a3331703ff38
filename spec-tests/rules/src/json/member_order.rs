//! The order of an object's members carries no meaning.
//!
//! A reader that expects `schemaVersion` or `mediaType` first fails on documents that are sorted
//! by name, as canonical JSON is.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

const OBJECTS: &[Part] = &[
    Part::Index,
    Part::NestedIndex,
    Part::Manifest,
    Part::Config,
    Part::EntryDescriptor,
    Part::LayerDescriptor,
    Part::Platform,
];

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::Dev),
    section: "considerations.md#json",
    valid: &[
        Mutation::document("reversed", OBJECTS, |object, _| {
            if let Tree::Object(members) = object {
                members.reverse();
            }
        }),
        Mutation::document("first-one-last", OBJECTS, |object, _| {
            if let Tree::Object(members) = object {
                members.rotate_left(1);
            }
        }),
    ],
    ..Rule::BASE
};
