//! On Windows the known value of `os.features` is `win32k`, and others are advised against.
//!
//! It keeps images that need the full system away from hosts without `win32k.sys`. Spelt in
//! another way it keeps them away from every host.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::platform::WINDOWS_FEATURES;
use seaworthy_image::views::{Platform, items, text};

use crate::{Check, Findings, Grade, Rule};

const PLATFORM: &[Part] = &[Part::Platform];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    valid: &[
        Mutation::document("win32k", PLATFORM, |platform, _| {
            platform.set("os", "windows");
            platform.set("os.features", Tree::strings(&["win32k"]));
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("upper-case", PLATFORM, |platform, _| {
            platform.set("os.features", Tree::strings(&["WIN32K"]));
        })
        .after("win32k"),
        Mutation::document("unknown-beside-it", PLATFORM, |platform, _| {
            platform.set("os.features", Tree::strings(&["win32k", "hyper-drive"]));
        })
        .after("win32k"),
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    if text(platform.os).as_deref() != Some("windows") {
        return;
    }
    for feature in items(platform.os_features) {
        if let Some(name) = feature.as_str()
            && !WINDOWS_FEATURES.contains(&name.as_ref())
        {
            findings.report(feature, format!("{name:?}"), "\"win32k\"");
        }
    }
}
