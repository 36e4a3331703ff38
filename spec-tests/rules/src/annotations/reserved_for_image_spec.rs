//! Keys in the namespace `org.opencontainers.image` are for the image specification alone.
//!
//! A key that is made up there, or a known one in another spelling, looks like a standard one,
//! and no tool reads it.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::annotations::{Reserved, is_defined, reserved};
use seaworthy_image::json::Value;
use seaworthy_image::spec::SpecVersion;

use super::{EVERYWHERE, OF_IMAGES, of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

/// The MUST NOT binds whoever defines keys. A key in an image is no proof of a breach, as it may
/// come from a later version, and no reader may fail over it; so it is worth a warning.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#rules",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("predefined", EVERYWHERE, |part, _| {
            of(part).set("org.opencontainers.image.vendor", "Example Port");
        }),
        Mutation::document("key-of-conversion", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.stopSignal", "SIGTERM");
        }),
        Mutation::document("later-key-of-conversion", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.variant", "v1");
        })
        .since(SpecVersion::V1_1_1),
    ],
    invalid: &[
        Mutation::document("made-up", EVERYWHERE, |part, _| {
            of(part).set("org.opencontainers.image.mything", "7");
        }),
        Mutation::document("capital-letter", EVERYWHERE, |part, _| {
            of(part).set("org.opencontainers.image.Vendor", "Example Port");
        }),
        Mutation::document("key-of-a-later-version", EVERYWHERE, |part, _| {
            of(part).set("org.opencontainers.image.base.name", "registry.example.com/base:v1");
        })
        .until(SpecVersion::V1_0_2),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for member in annotations.members() {
        let key = member.name();
        if reserved(&key) == Reserved::Image && !is_defined(&key, findings.version()) {
            let found = format!("the key {key:?}, which image-spec {} does not define", findings.version());
            findings.report(member.name_value(), found, "a pre-defined key, or one under another domain");
        }
    }
}
