//! Any OPTIONAL member of a configuration may be null, which says as much as leaving it out.
//!
//! Go's types take null everywhere and builders write it, while the JSON schema of the
//! specification allows it for four members only; readers made from the schema refuse such images.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use super::edit_first_entry;
use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];
const TOP: &[&str] = &["created", "author", "os.version", "os.features", "variant"];
const EXECUTION: &[&str] =
    &["User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal"];
const RESERVED: &[&str] = &["ArgsEscaped", "Memory", "MemorySwap", "CpuShares", "Healthcheck"];
const HISTORY: &[&str] = &["created", "author", "created_by", "comment", "empty_layer"];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("at-the-top", CONFIG, |config, _| set_null(config, TOP)),
        Mutation::document("in-config", CONFIG, |config, _| set_null(config.member("config"), EXECUTION)),
        Mutation::document("in-config-reserved", CONFIG, |config, _| {
            set_null(config.member("config"), RESERVED);
        }),
        Mutation::document("in-history", CONFIG, |config, _| {
            edit_first_entry(config, |entry| set_null(entry, HISTORY));
        }),
        Mutation::document("config-and-history", CONFIG, |config, _| {
            set_null(config, &["config", "history"]);
        }),
        Mutation::document("everything", CONFIG, |config, _| {
            set_null(config, TOP);
            set_null(config, &["config", "history"]);
        }),
    ],
    ..Rule::BASE
};

fn set_null(object: &mut Tree, names: &[&str]) {
    names.iter().for_each(|name| object.set(name, Tree::Null));
}
