//! What a layer adds beside a whiteout can be removed by a whiteout of a later layer.
//!
//! An unpacker that remembers which paths were removed, or which were kept, for longer than a layer, gets
//! the next one wrong.

use seaworthy_generators::layer::file;
use seaworthy_generators::mutation::{Mutation, Part};

use super::edits::{add_layer, set_layer};
use crate::{Grade, Rule};

const LAYER: &[Part] = &[Part::Layer];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#whiteouts",
    valid: &[
        Mutation::draft("added-and-removed", LAYER, |draft, _| {
            set_layer(draft, vec![file("new", "n")]);
            add_layer(draft, vec![file(".wh.new", "")]);
        }),
        Mutation::draft("kept-once-and-then-removed", LAYER, |draft, _| {
            set_layer(draft, vec![file("etc/.wh.motd", ""), file("etc/motd", "mine\n")]);
            add_layer(draft, vec![file("etc/.wh.motd", "")]);
        }),
        Mutation::draft("removed-and-added-twice", LAYER, |draft, _| {
            set_layer(draft, vec![file("etc/.wh.motd", "")]);
            add_layer(draft, vec![file("etc/motd", "again\n")]);
            add_layer(draft, vec![file("etc/.wh.motd", "")]);
            add_layer(draft, vec![file("etc/motd", "and again\n")]);
        }),
        Mutation::draft("directory-removed-and-added", LAYER, |draft, _| {
            set_layer(draft, vec![file("etc/.wh.ports", "")]);
            add_layer(draft, vec![file("etc/ports/west", "w")]);
        }),
    ],
    ..Rule::BASE
};
