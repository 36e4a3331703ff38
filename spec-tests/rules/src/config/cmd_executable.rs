//! Without an entrypoint, the first element of the command is the executable.
//!
//! Absent, null and empty mean the same here. Tools that put a shell in front, or that tell an
//! empty array from an absent one, run something else than the image says.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("no-entrypoint", CONFIG, |config, _| {
            command(config);
            config.member("config").remove("Entrypoint");
        }),
        Mutation::document("null-as-the-entrypoint", CONFIG, |config, _| {
            command(config);
            config.member("config").set("Entrypoint", Tree::Null);
        }),
        Mutation::document("empty-entrypoint", CONFIG, |config, _| {
            command(config);
            config.member("config").set("Entrypoint", Tree::strings(&[]));
        }),
    ],
    unclear: &[Mutation::document("neither-entrypoint-nor-command", CONFIG, |config, _| {
        config.member("config").remove("Entrypoint");
        config.member("config").remove("Cmd");
    })],
    ..Rule::BASE
};

fn command(config: &mut Tree) {
    config.member("config").set("Cmd", Tree::strings(&["/bin/cat", "/etc/motd"]));
}
