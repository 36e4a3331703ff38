//! A digest of an algorithm that is not registered is valid if it keeps the grammar.
//!
//! New algorithms come into use before every tool knows them. A registry or copy tool that
//! refuses the name keeps the image from those who do know it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "descriptor.md#digests",
    valid: &[
        Mutation::document("multihash", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
        })
        .may_be_refused(),
        Mutation::document("other-encoding-of-sha256", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564");
        })
        .may_be_refused(),
        Mutation::document("sha384-of-any-length", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "sha384:ABCD");
        })
        .may_be_refused(),
        Mutation::document("blake3-before-its-time", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "blake3:ABCD");
        })
        .until(SpecVersion::V1_1_1)
        .may_be_refused(),
    ],
    ..Rule::BASE
};
