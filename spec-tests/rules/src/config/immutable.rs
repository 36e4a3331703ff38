//! A configuration is never written anew: whoever keeps or copies it keeps every byte.
//!
//! The bytes are what the image's ID is made of. A tool that reads a configuration into its own
//! types and writes those out has made another image, and usually lost something on the way.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#image-json",
    check: Check::Behaviour,
    valid: &[
        Mutation::bytes("needless-escapes", CONFIG, |bytes, _| {
            replace(bytes, "\"/bin/cat\"", "\"\\/bin\\u002Fcat\"");
        }),
        Mutation::bytes("escapes-in-a-name", CONFIG, |bytes, _| {
            replace(bytes, "\"author\"", "\"\\u0061uthor\"");
        }),
        Mutation::document("members-in-another-order", CONFIG, |config, _| {
            if let Some(rootfs) = config.remove("rootfs") {
                config.add_first("rootfs", rootfs);
            }
        }),
        Mutation::bytes("line-at-the-end", CONFIG, |bytes, _| bytes.push(b'\n')),
        Mutation::document("unknown-members", CONFIG, |config, _| {
            config.set("com.example.digits", Tree::raw("1.50"));
            config.member("config").set("com.example.empty", "");
        }),
    ],
    ..Rule::BASE
};

fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    *bytes = String::from_utf8_lossy(bytes).replacen(from, to, 1).into_bytes();
}
