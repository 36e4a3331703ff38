//! The pre-defined keys are meant for indexes, manifests and descriptors, and allowed anywhere.
//!
//! Most build tools write them as labels of the configuration; a check that takes them for
//! misplaced there objects to most images in use.

use seaworthy_generators::mutation::{Mutation, Part};

use super::of;
use crate::{Grade, Rule};

const PLACES: &[Part] = &[
    Part::Index,
    Part::NestedIndex,
    Part::Manifest,
    Part::Artifact,
    Part::EntryDescriptor,
    Part::ConfigDescriptor,
    Part::LayerDescriptor,
    Part::Config,
];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "annotations.md#pre-defined-annotation-keys",
    valid: &[Mutation::document("title", PLACES, |part, _| {
        of(part).set("org.opencontainers.image.title", "Chart of the coast");
    })],
    ..Rule::BASE
};
