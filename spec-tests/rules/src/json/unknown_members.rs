//! A member that a reader does not know is no error.
//!
//! That is how the formats grow: `subject`, `data` and `artifactType` were unknown once. Readers
//! that refuse what they do not know cut off every image made by a newer tool.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use super::UNKNOWN;
use crate::{Grade, Level, Rule};

const OBJECTS: &[Part] = &[
    Part::Index,
    Part::NestedIndex,
    Part::Manifest,
    Part::EntryDescriptor,
    Part::ConfigDescriptor,
    Part::LayerDescriptor,
    Part::Platform,
];

pub const RULE: Rule = Rule {
    grade: Grade::must().then(SpecVersion::V1_1_1, Level::Should),
    section: "considerations.md#extensibility",
    valid: &[
        Mutation::document("text", OBJECTS, |object, _| object.add_first(UNKNOWN, "x")),
        Mutation::document("null", OBJECTS, |object, _| object.add_first(UNKNOWN, Tree::Null)),
        Mutation::document("known-names-below", OBJECTS, |object, _| {
            let inner = Tree::object([("mediaType", 1.into()), ("digest", "x".into()), ("size", (-1).into())]);
            object.add_first(UNKNOWN, vec![inner]);
        }),
        Mutation::document("empty-name", OBJECTS, |object, _| object.add("", "x")),
        Mutation::document("subject-before-its-time", &[Part::Index, Part::Manifest], |document, _| {
            document.set("subject", "anything");
        })
        .until(SpecVersion::V1_0_2),
        Mutation::document("artifact-type-before-its-time", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("artifactType", 1);
        })
        .until(SpecVersion::V1_0_2),
    ],
    unclear: &[
        // Readers that do not mind the case of a name see two digests.
        Mutation::document("known-name-in-other-case", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.add("Digest", format!("sha256:{}", "0".repeat(64)));
        }),
        // Reserved then, and not to be used by other specifications.
        Mutation::document("data-before-its-time", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("data", "anything");
        })
        .until(SpecVersion::V1_0_2),
    ],
    ..Rule::BASE
};
