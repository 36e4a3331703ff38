//! The architecture is one of the values that Go has for GOARCH.
//!
//! `x86_64` and `aarch64`, the names that other tools use, match no host, so an image that runs
//! when asked for by digest is not found when asked for by platform.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::platform::is_goarch;
use seaworthy_image::views::{Config, text};

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("arm", CONFIG, |config, _| config.set("architecture", "arm")),
        Mutation::document("s390x", CONFIG, |config, _| config.set("architecture", "s390x")),
        Mutation::document("riscv64", CONFIG, |config, _| config.set("architecture", "riscv64")),
    ],
    invalid: &[
        Mutation::document("name-of-the-kernel", CONFIG, |config, _| config.set("architecture", "x86_64")),
        Mutation::document("upper-case", CONFIG, |config, _| config.set("architecture", "AMD64")),
        Mutation::document("with-a-variant", CONFIG, |config, _| config.set("architecture", "arm64/v8")),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    if let (Some(value), Some(name)) = (config.architecture, text(config.architecture))
        && !is_goarch(&name)
    {
        findings.report(value, format!("{name:?}"), "a value of GOARCH");
    }
}
