//! A manifest may name a subject, and the subject need not be there.
//!
//! The link is a weak one: it makes the manifest a referrer and nothing has to be fetched for it.
//! Tools that follow it fail on signatures that were copied ahead of their image.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use super::edits::dangling;
use crate::{Grade, Rule};

const REFERRER: &[Part] = &[Part::Referrer];

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::document("none", REFERRER, |referrer, _| drop(referrer.remove("subject"))),
        Mutation::document("not-there", REFERRER, |referrer, _| {
            referrer.set("subject", dangling(media_type::MANIFEST, b"a manifest yet to come"));
        }),
        Mutation::document("index-that-is-not-there", REFERRER, |referrer, _| {
            referrer.set("subject", dangling(media_type::INDEX, b"an index yet to come"));
        }),
        Mutation::document("format-to-come", REFERRER, |referrer, _| {
            referrer.set("subject", dangling("application/vnd.oci.image.manifest.v2+json", b"{\"schemaVersion\":3}"));
        }),
        Mutation::document("of-an-image", &[Part::Manifest], |image, _| {
            image.set("subject", dangling(media_type::MANIFEST, b"a manifest yet to come"));
        }),
    ],
    ..Rule::BASE
};
