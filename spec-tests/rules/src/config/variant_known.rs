//! The variant is one of those that the table of platform variants has for the architecture.
//!
//! Hosts compare variants by name: an image for `7` is not found by a host that asks for `v7`.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::platform::{Standing, variant_row};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, text};

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("arm-v7", CONFIG, |config, _| set(config, "arm", "v7")),
        Mutation::document("arm64-v8", CONFIG, |config, _| set(config, "arm64", "v8")),
        Mutation::document("amd64-v3", CONFIG, |config, _| set(config, "amd64", "v3")),
        // The table's row goes on with an ellipsis.
        Mutation::document("ppc64le-power10", CONFIG, |config, _| set(config, "ppc64le", "power10")),
        // The table has no row, so variants are up to the implementation.
        Mutation::document("architecture-without-variants", CONFIG, |config, _| set(config, "s390x", "z15")),
    ],
    invalid: &[
        Mutation::document("number-alone", CONFIG, |config, _| set(config, "arm", "7")).after("arm-v7"),
        Mutation::document("upper-case", CONFIG, |config, _| set(config, "arm", "V7")).after("arm-v7"),
        Mutation::document("of-another-architecture", CONFIG, |config, _| set(config, "amd64", "v8")),
        Mutation::document("empty", CONFIG, |config, _| set(config, "amd64", "")),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, architecture: &str, variant: &str) {
    config.set("architecture", architecture);
    config.set("variant", variant);
}

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    let (Some(architecture), Some(value)) = (text(config.architecture), config.variant) else { return };
    let (Some(row), Some(variant)) = (variant_row(&architecture, findings.version()), value.as_str()) else {
        return;
    };
    if row.standing(&variant) == Standing::Unlisted {
        findings.report(value, format!("{variant:?}"), format!("a variant of {architecture}"));
    }
}
