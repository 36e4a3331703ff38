//! A platform's architecture is advised to be one that Go's documentation lists for `GOARCH`.
//!
//! Names are compared as they are: an image for `x86_64` is not found by a host that calls itself
//! `amd64`.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::platform::is_goarch;
use seaworthy_image::views::{Platform, text};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    valid: &[
        Mutation::document("listed", &[Part::Platform], |platform, choices| {
            let listed = choices.pick(&["386", "ppc64le", "s390x", "riscv64", "mips64le", "loong64", "wasm"]);
            platform.set("architecture", *listed);
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("kernel-name", &[Part::Platform], |platform, _| {
            platform.set("architecture", "x86_64");
        }),
        Mutation::document("other-kernel-name", &[Part::Platform], |platform, _| {
            platform.set("architecture", "aarch64");
        }),
        Mutation::document("upper-case", &[Part::Platform], |platform, _| {
            platform.set("architecture", "AMD64");
        }),
        Mutation::document("with-variant", &[Part::Platform], |platform, _| {
            platform.set("architecture", "amd64/v2");
        }),
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    let (Some(value), Some(name)) = (platform.architecture, text(platform.architecture)) else { return };
    if !is_goarch(&name) {
        findings.report(value, format!("{name:?}"), "a value of Go's GOARCH");
    }
}
