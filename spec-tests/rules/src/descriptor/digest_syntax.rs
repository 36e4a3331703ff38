//! A digest is an algorithm and an encoded part, joined by a colon, each in its own grammar.
//!
//! Tools that split at the first colon and trust the rest turn a digest into a path, so a
//! malformed one is the start of a path traversal.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::Digest;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#digests",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("several-components", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "a+b.c_d-e:Zz0=_-");
        })
        .may_be_refused(),
        Mutation::document("shortest", LAYER, |descriptor, _| descriptor.set("digest", "0:0")).may_be_refused(),
        Mutation::document("long-encoded-part", LAYER, |descriptor, _| {
            descriptor.set("digest", format!("x:{}", "Ab0=".repeat(50)));
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("no-colon", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', ""));
        }),
        Mutation::document("colon-escaped", LAYER, |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', "%3A"));
        }),
        Mutation::document("two-colons", LAYER, |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', ":sha256:"));
        }),
        Mutation::document("empty", Part::DESCRIPTORS, |descriptor, _| descriptor.set("digest", "")),
        Mutation::document("no-algorithm", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest.replace("sha256", ""));
        }),
        Mutation::document("algorithm-in-upper-case", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest.replace("sha", "SHA"));
        }),
        Mutation::document("algorithm-not-ascii", LAYER, |descriptor, _| {
            edit(descriptor, |digest| digest.replace("sha", "sh\u{430}"));
        }),
        Mutation::document("separator-first", LAYER, |descriptor, _| {
            edit(descriptor, |digest| format!("+{digest}"));
        }),
        Mutation::document("separator-last", LAYER, |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', "+:"));
        }),
        Mutation::document("separator-twice", LAYER, |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', "..b:"));
        }),
        Mutation::document("algorithm-with-slash", LAYER, |descriptor, _| {
            edit(descriptor, |digest| digest.replace("sha", "../sha"));
        }),
        Mutation::document("nothing-encoded", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "sha256:");
        }),
        Mutation::document("parent-directory", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', ":../"));
        }),
        Mutation::document("encoded-with-plus", LAYER, |descriptor, _| edit(descriptor, |digest| format!("{digest}+"))),
        Mutation::document("blank-first", LAYER, |descriptor, _| edit(descriptor, |digest| format!(" {digest}"))),
        Mutation::document("line-break-at-the-end", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| format!("{digest}\n"));
        }),
        Mutation::document("no-colon-in-subject", &[Part::SubjectDescriptor], |descriptor, _| {
            edit(descriptor, |digest| digest.replace(':', ""));
        })
        .since(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

fn edit(descriptor: &mut Tree, change: impl Fn(&str) -> String) {
    let digest = change(descriptor.text("digest"));
    descriptor.set("digest", digest);
}

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let (Some(value), Some(text)) = (descriptor.digest, descriptor.digest_text()) else { return };
    if let Err(error) = Digest::parse(&text) {
        findings.report(value, error.to_string(), "algorithm:encoded");
    }
}
