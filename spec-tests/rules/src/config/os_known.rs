//! The operating system is one of the values that Go has for GOOS.
//!
//! Names are compared exactly: `Linux` and `macos` match no host.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::platform::is_goos;
use seaworthy_image::views::{Config, text};

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("freebsd", CONFIG, |config, _| config.set("os", "freebsd")),
        Mutation::document("windows", CONFIG, |config, _| config.set("os", "windows")),
    ],
    invalid: &[
        Mutation::document("name-of-the-product", CONFIG, |config, _| config.set("os", "macos")),
        Mutation::document("upper-case", CONFIG, |config, _| config.set("os", "Linux")),
        Mutation::document("name-of-a-distribution", CONFIG, |config, _| config.set("os", "debian")),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    if let (Some(value), Some(name)) = (config.os, text(config.os))
        && !is_goos(&name)
    {
        findings.report(value, format!("{name:?}"), "a value of GOOS");
    }
}
