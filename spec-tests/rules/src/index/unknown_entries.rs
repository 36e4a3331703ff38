//! An entry of a media type that a program does not know is no reason for it to fail.
//!
//! Signatures, attestations and the formats of later versions share an index with the images. A
//! tool that gives up at the first of them locks its users out of images it could run.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;

use super::store::{At, add_entry};
use crate::{Grade, Level, Rule};

/// 1.0.2 advised to ignore such entries; since 1.1 they must not cause an error.
pub const RULE: Rule = Rule {
    grade: Grade::should().then(SpecVersion::V1_1_1, Level::Must),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[
        Mutation::stored("before-the-images", &[Part::NestedIndex], |layout, path, _| {
            add_entry(layout, path, At::First, "application/vnd.example.chart+json", b"{\"depth\":7}");
        }),
        Mutation::stored("after-the-images", &[Part::NestedIndex], |layout, path, _| {
            add_entry(layout, path, At::Last, "application/vnd.example.chart+json", b"{\"depth\":7}");
        }),
        Mutation::stored("no-json", &[Part::NestedIndex], |layout, path, _| {
            add_entry(layout, path, At::First, "application/xml", b"<depth>7</depth>");
        }),
        Mutation::stored("later-version", &[Part::NestedIndex], |layout, path, _| {
            let media_type = "application/vnd.oci.image.manifest.v2+json";
            add_entry(layout, path, At::First, media_type, b"{\"schemaVersion\":3}");
        }),
    ],
    ..Rule::BASE
};
