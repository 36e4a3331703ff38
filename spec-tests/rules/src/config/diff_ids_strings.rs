//! The diff IDs are an array of strings.
//!
//! Go writes an empty list as null if it was never made, and other readers fail on that.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::Config;

use super::{expect_strings, rootfs};
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Config(check),
    invalid: &[
        Mutation::document("null", CONFIG, |config, _| {
            config.member("rootfs").set("diff_ids", Tree::Null);
        }),
        Mutation::document("object", CONFIG, |config, _| {
            config.member("rootfs").set("diff_ids", Tree::object([]));
        }),
        Mutation::document("only-one-as-a-string", CONFIG, |config, _| {
            let last = diff_ids(config).pop();
            config.member("rootfs").set("diff_ids", last.unwrap_or("".into()));
        }),
        Mutation::document("array-of-nulls", CONFIG, |config, _| {
            diff_ids(config).iter_mut().for_each(|id| *id = Tree::Null);
        }),
        Mutation::document("array-of-objects", CONFIG, |config, _| {
            diff_ids(config).iter_mut().for_each(|id| *id = Tree::object([("digest", id.clone())]));
        }),
    ],
    ..Rule::BASE
};

fn diff_ids(config: &mut Tree) -> &mut Vec<Tree> {
    config.member("rootfs").member("diff_ids").items()
}

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_strings(rootfs(config).and_then(|rootfs| rootfs.diff_ids), findings);
}
