//! The member rootfs is an object.
//!
//! It is REQUIRED, so null is no way to leave it out.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Config;

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Config(check),
    invalid: &[
        Mutation::document("null", CONFIG, |config, _| config.set("rootfs", Tree::Null)),
        Mutation::document("bare-diff-ids", CONFIG, |config, _| {
            let diff_ids = config.member("rootfs").remove("diff_ids").unwrap_or(Tree::Null);
            config.set("rootfs", diff_ids);
        }),
        Mutation::document("string", CONFIG, |config, _| config.set("rootfs", "layers")),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_kind(config.rootfs, Kind::Object, findings);
}
