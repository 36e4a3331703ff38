//! The layers of an image are applied in the order of its manifest, the first one to an empty directory.
//!
//! A program that takes them as they arrive, or in the order of their digests, gets a file system in which
//! old files win.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::{Mutation, Part};

use super::edits::{add_layer, set_layer};
use crate::{Grade, Rule};

const LAYER: &[Part] = &[Part::Layer];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("one-file-in-every-layer", LAYER, |draft, _| {
            set_layer(draft, vec![file("etc/motd", "second\n")]);
            add_layer(draft, vec![file("etc/motd", "third\n")]);
            add_layer(draft, vec![file("etc/motd", "fourth\n")]);
        }),
        Mutation::draft("one-layer-twice", LAYER, |draft, _| {
            set_layer(draft, vec![file("etc/motd", "second\n")]);
            add_layer(draft, vec![file("etc/motd", "third\n")]);
            add_layer(draft, vec![file("etc/motd", "second\n")]);
        }),
        Mutation::draft("removed-below-and-added-above", LAYER, |draft, _| {
            set_layer(draft, vec![file("etc/.wh.ports", "")]);
            add_layer(draft, vec![directory("etc/ports/"), file("etc/ports/west", "w")]);
        }),
        Mutation::draft("many-layers", LAYER, |draft, _| {
            for number in 0..40 {
                add_layer(draft, vec![file("count", format!("{number}\n"))]);
            }
        }),
    ],
    ..Rule::BASE
};
