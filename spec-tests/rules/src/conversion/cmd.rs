//! A command alone becomes `process.args` as it is.
//!
//! Without an entrypoint its first element is what is run; nothing puts a shell before it.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::{CONFIG, execution, expect_args};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#verbatim-fields",
    check: Check::Conversion(|converted, findings| {
        expect_args(converted, execution(converted).and_then(|execution| execution.cmd), findings);
    }),
    valid: &[
        Mutation::document("alone", CONFIG, |config, _| cmd(config, &["/bin/cat", "/etc/motd"])),
        Mutation::document("one-word", CONFIG, |config, _| cmd(config, &["cat"])),
        Mutation::document("empty-argument", CONFIG, |config, _| cmd(config, &["cat", "", "-"])),
        Mutation::document("line-for-a-shell", CONFIG, |config, _| {
            cmd(config, &["sh", "-c", "echo \"$HOME\" && exec 'a  b' | c"]);
        }),
        Mutation::document("empty-entrypoint", CONFIG, |config, _| {
            cmd(config, &["/bin/cat"]);
            config.member("config").set("Entrypoint", Tree::strings(&[]));
        }),
        Mutation::document("null-for-an-entrypoint", CONFIG, |config, _| {
            cmd(config, &["/bin/cat"]);
            config.member("config").set("Entrypoint", Tree::Null);
        }),
    ],
    unclear: &[Mutation::document("nothing-to-run", CONFIG, |config, _| {
        config.member("config").remove("Entrypoint");
        config.member("config").remove("Cmd");
    })],
    ..Rule::BASE
};

fn cmd(config: &mut Tree, arguments: &[&str]) {
    config.member("config").remove("Entrypoint");
    config.member("config").set("Cmd", Tree::strings(arguments));
}
