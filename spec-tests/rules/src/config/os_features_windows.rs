//! The features of an image for Windows are those that the specification names.
//!
//! There is one, `win32k`. Names are compared exactly, so in another spelling it asks for a feature
//! that no host has.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::platform::WINDOWS_FEATURES;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, items, text};

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("win32k", CONFIG, |config, _| {
            config.set("os", "windows");
            config.set("os.features", Tree::strings(&["win32k"]));
        })
        .may_be_refused(),
        Mutation::document("anything-elsewhere", CONFIG, |config, _| {
            config.set("os.features", Tree::strings(&["Win32K"]));
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("upper-case", CONFIG, |config, _| {
            config.set("os.features", Tree::strings(&["Win32K"]));
        })
        .after("win32k"),
        Mutation::document("invented", CONFIG, |config, _| {
            config.member("os.features").items().push("com.example.tides".into());
        })
        .after("win32k"),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    if text(config.os).as_deref() != Some("windows") {
        return;
    }
    for value in items(config.os_features) {
        if let Some(feature) = value.as_str()
            && !WINDOWS_FEATURES.contains(&feature.as_ref())
        {
            findings.report(value, format!("{feature:?}"), "win32k");
        }
    }
}
