//! The root file system lists the diff IDs of its layers.
//!
//! Without them nothing says what the layers unpack to, and a changed layer passes unnoticed.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::Config;

use super::rootfs;
use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "config.md#properties",
    check: Check::Config(check),
    invalid: &[
        Mutation::document("absent", CONFIG, |config, _| {
            config.member("rootfs").remove("diff_ids");
        }),
        Mutation::document("name-in-camel-case", CONFIG, |config, _| {
            config.member("rootfs").rename("diff_ids", "diffIds");
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    if let Some(rootfs) = rootfs(config) {
        expect_present(rootfs.value, rootfs.diff_ids, "diff_ids", findings);
    }
}
