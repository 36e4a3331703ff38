//! The type of the root file system is `layers`, and whoever verifies or unpacks an image refuses
//! any other.
//!
//! What does neither, such as a registry, keeps images of other types as they are.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::{Config, text};

use super::rootfs;
use crate::{Check, Findings, Grade, Role, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "config.md#properties",
    binds: &[Role::Unpacker],
    check: Check::Config(check),
    invalid: &[
        Mutation::document("docker-on-windows", CONFIG, |config, _| set(config, "layers+base")),
        Mutation::document("invented", CONFIG, |config, _| set(config, "squashed")),
        Mutation::document("upper-case", CONFIG, |config, _| set(config, "Layers")),
        Mutation::document("empty", CONFIG, |config, _| set(config, "")),
        Mutation::document("null", CONFIG, |config, _| set(config, Tree::Null)),
        Mutation::document("array", CONFIG, |config, _| set(config, Tree::strings(&["layers"]))),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, kind: impl Into<Tree>) {
    config.member("rootfs").set("type", kind);
}

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    let Some(value) = rootfs(config).and_then(|rootfs| rootfs.kind) else { return };
    if text(Some(value)).as_deref() != Some("layers") {
        let found = value.as_str().map_or(value.kind().describe().into(), |text| format!("{text:?}"));
        findings.report(value, found, "\"layers\"");
    }
}
