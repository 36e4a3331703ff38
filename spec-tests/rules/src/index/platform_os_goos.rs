//! A platform's operating system is advised to be one that Go's documentation lists for `GOOS`.
//!
//! Names are compared as they are: an image for `macos` is not found by a host that calls itself
//! `darwin`.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::platform::is_goos;
use seaworthy_image::views::{Platform, text};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    valid: &[
        Mutation::document("listed", &[Part::Platform], |platform, choices| {
            platform.set("os", *choices.pick(&["windows", "darwin", "freebsd", "wasip1", "js"]));
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("product-name", &[Part::Platform], |platform, _| platform.set("os", "macos")),
        Mutation::document("capital-letter", &[Part::Platform], |platform, _| platform.set("os", "Linux")),
        Mutation::document("distribution", &[Part::Platform], |platform, _| platform.set("os", "debian")),
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    let (Some(value), Some(name)) = (platform.os, text(platform.os)) else { return };
    if !is_goos(&name) {
        findings.report(value, format!("{name:?}"), "a value of Go's GOOS");
    }
}
