//! An entrypoint alone becomes `process.args` as it is.
//!
//! It is a list of arguments, and no line for a shell: quotes, blanks and empty arguments stay.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::{CONFIG, execution, expect_args};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#verbatim-fields",
    check: Check::Conversion(|converted, findings| {
        expect_args(converted, execution(converted).and_then(|execution| execution.entrypoint), findings);
    }),
    valid: &[
        Mutation::document("alone", CONFIG, |config, _| entrypoint(config, &["/bin/cat", "/etc/motd"])),
        Mutation::document("one-word", CONFIG, |config, _| entrypoint(config, &["cat"])),
        Mutation::document("empty-argument", CONFIG, |config, _| entrypoint(config, &["/bin/cat", "", "-"])),
        Mutation::document("line-for-a-shell", CONFIG, |config, _| {
            entrypoint(config, &["/bin/sh", "-c", "echo \"$HOME\" && exec 'a  b' | c"]);
        }),
        Mutation::document("name-with-blanks", CONFIG, |config, _| entrypoint(config, &["/opt/two words"])),
        Mutation::document("empty-command", CONFIG, |config, _| {
            entrypoint(config, &["/bin/cat"]);
            config.member("config").set("Cmd", Tree::strings(&[]));
        }),
        Mutation::document("null-for-a-command", CONFIG, |config, _| {
            entrypoint(config, &["/bin/cat"]);
            config.member("config").set("Cmd", Tree::Null);
        }),
    ],
    ..Rule::BASE
};

fn entrypoint(config: &mut Tree, arguments: &[&str]) {
    config.member("config").remove("Cmd");
    config.member("config").set("Entrypoint", Tree::strings(arguments));
}
