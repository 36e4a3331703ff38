//! With an entrypoint and a command, `process.args` is the one followed by the other.
//!
//! To drop the command because there is an entrypoint, or to join them into one line, runs
//! something that nobody asked for.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::{CONFIG, execution, expect_args};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#verbatim-fields",
    check: Check::Conversion(|converted, findings| {
        expect_args(converted, execution(converted).and_then(|execution| execution.cmd), findings);
    }),
    valid: &[
        Mutation::document("one-each", CONFIG, |config, _| both(config, &["/bin/sail"], &["--west"])),
        Mutation::document("several", CONFIG, |config, _| {
            both(config, &["/bin/sail", "--wind", "2"], &["--", "west", "by", "south"]);
        }),
        Mutation::document("blanks", CONFIG, |config, _| both(config, &["/bin/sail west"], &[" by  south "])),
        Mutation::document("the-same-twice", CONFIG, |config, _| both(config, &["/bin/sail"], &["/bin/sail"])),
        Mutation::document("empty-arguments", CONFIG, |config, _| both(config, &["/bin/sail", ""], &["", ""])),
    ],
    ..Rule::BASE
};

fn both(config: &mut Tree, entrypoint: &[&str], cmd: &[&str]) {
    set(config, "Entrypoint", Tree::strings(entrypoint));
    set(config, "Cmd", Tree::strings(cmd));
}
