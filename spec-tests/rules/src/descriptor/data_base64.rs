//! The `data` of a descriptor is base 64 with the standard alphabet and its padding.
//!
//! Decoders forgive different things: some skip line breaks, some take either alphabet. What one
//! of them skips or stops at is content that the others do not see.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::base64;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation, text};

use super::embedding::embed;
use crate::{Check, Findings, Grade, Rule};

const ARTIFACT: &[Part] = &[Part::Artifact];

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("padded", ARTIFACT, |artifact, _| data(artifact, "e30=")),
        Mutation::descriptor("every-sign", &[Part::LayerDescriptor], |descriptor, content, _| {
            embed(descriptor, content);
        }),
    ],
    invalid: &[
        Mutation::document("no-padding", ARTIFACT, |artifact, _| data(artifact, "e30")).after("padded"),
        Mutation::document("too-much-padding", ARTIFACT, |artifact, _| data(artifact, "e30==")).after("padded"),
        Mutation::document("one-character-too-many", ARTIFACT, |artifact, _| data(artifact, "e30=e")).after("padded"),
        Mutation::document("blank-inside", ARTIFACT, |artifact, _| data(artifact, "e3 0=")).after("padded"),
        Mutation::document("line-break-inside", ARTIFACT, |artifact, _| data(artifact, "e3\n0=")).after("padded"),
        Mutation::document("line-break-at-the-end", ARTIFACT, |artifact, _| data(artifact, "e30=\r\n")).after("padded"),
        Mutation::document("sign-inside", ARTIFACT, |artifact, _| data(artifact, "e3!0")).after("padded"),
        Mutation::document("content-as-it-is", ARTIFACT, |artifact, _| data(artifact, "{}")).after("padded"),
        Mutation::document("url-safe-alphabet", &[Part::LayerDescriptor], |descriptor, _| {
            let data = descriptor.text("data").replace('+', "-").replace('/', "_");
            descriptor.set("data", data);
        })
        .after("every-sign"),
    ],
    unclear: &[Mutation::document("bits-left-over", ARTIFACT, |artifact, _| data(artifact, "e31=")).after("padded")],
    ..Rule::BASE
};

/// Embeds the artifact's configuration, which is the empty object.
fn data(artifact: &mut Tree, data: &str) {
    artifact.member("config").set("data", data);
}

/// Decoders may let bits pass that stand for nothing (RFC 4648, section 3.5).
fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let (Some(value), Some(text)) = (descriptor.data, text(descriptor.data)) else { return };
    if let Err(error) = base64::decode(&text) {
        findings.report(value, error.to_string(), "base 64 (RFC 4648, section 4)");
    }
}
