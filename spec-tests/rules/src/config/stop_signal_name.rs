//! The signal that stops a container may be written by its name, real-time signals included.
//!
//! Real-time signals have no fixed numbers, only a distance from the first or the last.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("name", CONFIG, |config, _| set(config, "SIGTERM")),
        Mutation::document("real-time", CONFIG, |config, _| set(config, "SIGRTMIN+3")),
    ],
    unclear: &[
        Mutation::document("number", CONFIG, |config, _| set(config, "9")),
        Mutation::document("name-without-sig", CONFIG, |config, _| set(config, "KILL")),
        Mutation::document("lowercase", CONFIG, |config, _| set(config, "sigterm")),
        Mutation::document("unknown", CONFIG, |config, _| set(config, "SIGTIDE")),
        Mutation::document("empty", CONFIG, |config, _| set(config, "")),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, signal: &str) {
    config.member("config").set("StopSignal", signal);
}
