//! The root file system says of what type it is.
//!
//! The type is what lets a later specification describe file systems otherwise; a reader that
//! assumes it would take such an image for one of today.

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
    invalid: &[Mutation::document("absent", CONFIG, |config, _| {
        config.member("rootfs").remove("type");
    })],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    if let Some(rootfs) = rootfs(config) {
        expect_present(rootfs.value, rootfs.kind, "type", findings);
    }
}
