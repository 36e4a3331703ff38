//! A consumer does not fail over an annotation whose key it does not know.
//!
//! Annotations are how tools leave notes for one another; one that refuses what it has never seen
//! refuses most images in use.

use seaworthy_generators::mutation::Mutation;

use super::{EVERYWHERE, of};
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "annotations.md#rules",
    valid: &[
        Mutation::document("one", EVERYWHERE, |part, _| of(part).set("com.example.unheard-of", "7")),
        Mutation::document("long-key", EVERYWHERE, |part, _| {
            of(part).set(&format!("com.example.{}", "k".repeat(1012)), "7");
        }),
        Mutation::document("many", EVERYWHERE, |part, _| {
            (0..200).for_each(|at| of(part).add(&format!("com.example.berth-{at}"), "7"));
        }),
        Mutation::document("any-character-after-slash", EVERYWHERE, |part, _| {
            of(part).set("com.example/Liegeplätze & \"Kai\"", "7");
        }),
    ],
    ..Rule::BASE
};
