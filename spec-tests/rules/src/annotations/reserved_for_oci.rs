//! Keys that start with `org.opencontainers` are for the specifications of that body alone.
//!
//! A tool that helps itself to the prefix collides with a later specification, and until then its
//! users take its key for a standard.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::annotations::{Reserved, reserved};
use seaworthy_image::json::Value;

use super::{EVERYWHERE, of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

/// The MUST NOT binds whoever defines keys. A key in an image is no proof of a breach, as it may
/// come from another OCI specification, and no reader may fail over it; so it is worth a warning.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#rules",
    check: Check::Annotations(check),
    valid: &[Mutation::document("similar-domain", EVERYWHERE, |part, _| {
        of(part).set("org.opencontainer.berth", "7");
    })],
    invalid: &[
        Mutation::document("key-of-a-tool", EVERYWHERE, |part, _| {
            of(part).set("org.opencontainers.mytool.flag", "on");
        }),
        Mutation::document("prefix-itself", EVERYWHERE, |part, _| of(part).set("org.opencontainers", "on")),
    ],
    // The text gives the prefix without a dot at its end.
    unclear: &[Mutation::document("longer-domain", &[Part::Manifest], |part, _| {
        of(part).set("org.opencontainersfoo.berth", "7");
    })],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for member in annotations.members() {
        let key = member.name();
        if reserved(&key) == Reserved::Oci {
            let found = format!("the key {key:?}, which no OCI specification is known to define");
            findings.report(member.name_value(), found, "a key under a domain of its author");
        }
    }
}
