//! For an architecture in the table of variants, the variant is advised to be one of its row.
//!
//! Hosts compare variants as text, so `7` is not `v7`. Rows that end in an ellipsis go on with
//! the values that Go has for the same processors; other architectures may use any text.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::platform::{Standing, variant_row};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Platform, text};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#platform-variants",
    check: Check::Platform(check),
    valid: &[
        edit("arm", |platform, choices| {
            platform.set("architecture", "arm");
            platform.set("variant", *choices.pick(&["v6", "v7", "v8"]));
        }),
        edit("arm64", |platform, _| {
            platform.set("architecture", "arm64");
            platform.set("variant", "v8");
        }),
        edit("arm64-continued", |platform, choices| {
            platform.set("architecture", "arm64");
            platform.set("variant", *choices.pick(&["v8.1", "v8.2", "v9"]));
        })
        .since(SpecVersion::V1_1_1),
        edit("ppc64le", |platform, choices| {
            platform.set("architecture", "ppc64le");
            platform.set("variant", *choices.pick(&["power8", "power9", "power10"]));
        }),
        edit("riscv64", |platform, choices| {
            platform.set("architecture", "riscv64");
            platform.set("variant", *choices.pick(&["rva20u64", "rva22u64"]));
        }),
        edit("amd64", |platform, choices| {
            platform.set("architecture", "amd64");
            platform.set("variant", *choices.pick(&["v1", "v2", "v3", "v4"]));
        }),
        edit("architecture-without-row", |platform, _| {
            platform.set("architecture", "s390x");
            platform.set("variant", "z15");
        }),
    ],
    invalid: &[
        edit("arm-without-letter", |platform, _| platform.set("variant", "7")).after("arm"),
        edit("arm-by-its-long-name", |platform, _| platform.set("variant", "armv7")).after("arm"),
        edit("arm-upper-case", |platform, _| platform.set("variant", "V7")).after("arm"),
        edit("arm64-without-letter", |platform, _| platform.set("variant", "8")).after("arm64"),
        edit("arm64-by-its-long-name", |platform, _| platform.set("variant", "armv8")).after("arm64"),
        edit("ppc64le-number", |platform, _| platform.set("variant", "8"))
            .after("ppc64le")
            .since(SpecVersion::V1_1_1),
        edit("ppc64le-upper-case", |platform, _| platform.set("variant", "POWER8"))
            .after("ppc64le")
            .since(SpecVersion::V1_1_1),
        edit("riscv64-instruction-set", |platform, _| platform.set("variant", "rv64gc"))
            .after("riscv64")
            .since(SpecVersion::V1_1_1),
        edit("amd64-number", |platform, _| platform.set("variant", "3"))
            .after("amd64")
            .since(SpecVersion::V1_1_1),
        edit("amd64-by-its-long-name", |platform, _| platform.set("variant", "x86-64-v2"))
            .after("amd64")
            .since(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

/// No host has to know a variant, so every one of these may be passed over.
const fn edit(name: &'static str, edit: super::EditTree) -> Mutation {
    Mutation::document(name, &[Part::Platform], edit).may_be_refused()
}

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    let (Some(value), Some(variant)) = (platform.variant, text(platform.variant)) else { return };
    let Some(architecture) = text(platform.architecture) else { return };
    if let Some(row) = variant_row(&architecture, findings.version())
        && row.standing(&variant) == Standing::Unlisted
    {
        let wanted = format!("a variant of {architecture}, like {}", row.listed.join(", "));
        findings.report(value, format!("{variant:?}"), wanted);
    }
}
