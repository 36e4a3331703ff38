//! On Linux a user is a name or a number, alone or with a group, which is a name or a number too.
//!
//! All six combinations are valid. What is none of them, readers take for what they like, and a
//! number that wraps round becomes root.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

/// Names need `/etc/passwd` and `/etc/group`, which an image may lack: a program that looks them up
/// may fail, one that only reads the configuration may not.
pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("user", CONFIG, |config, _| set(config, "alice")).may_be_refused(),
        Mutation::document("uid", CONFIG, |config, _| set(config, "65534")),
        Mutation::document("user-and-group", CONFIG, |config, _| set(config, "alice:staff")).may_be_refused(),
        Mutation::document("uid-and-gid", CONFIG, |config, _| set(config, "65534:0")),
        Mutation::document("uid-and-group", CONFIG, |config, _| set(config, "1000:staff")).may_be_refused(),
        Mutation::document("user-and-gid", CONFIG, |config, _| set(config, "alice:1000")).may_be_refused(),
    ],
    unclear: &[
        Mutation::document("nothing-before-the-colon", CONFIG, |config, _| set(config, ":1000")),
        Mutation::document("nothing-after-the-colon", CONFIG, |config, _| set(config, "1000:")),
        Mutation::document("three-parts", CONFIG, |config, _| set(config, "1000:1000:1000")),
        Mutation::document("negative", CONFIG, |config, _| set(config, "-1")),
        Mutation::document("more-than-32-bits", CONFIG, |config, _| set(config, "4294967296")),
        Mutation::document("hexadecimal", CONFIG, |config, _| set(config, "0x10")),
        Mutation::document("blank-before-the-number", CONFIG, |config, _| set(config, " 1000")),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, user: &str) {
    config.member("config").set("User", user);
}
