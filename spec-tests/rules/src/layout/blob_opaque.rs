//! A blob is opaque: only the descriptor that leads to it gives it a type.
//!
//! Tools that guess from the bytes stumble over a blob that nothing leads to, or act on a manifest
//! that nobody listed.

use seaworthy_generators::mutation::{Mutation, Part};

use super::store::file;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-layout.md#content",
    valid: &[
        Mutation::stored("random-bytes", &[Part::Layout], |layout, _, choices| {
            file(layout, choices.bytes(64));
        }),
        Mutation::stored("half-a-manifest", &[Part::Layout], |layout, _, _| {
            file(layout, b"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",");
        }),
        Mutation::stored("manifest-without-config", &[Part::Layout], |layout, _, _| {
            file(layout, b"{\"schemaVersion\":2,\"layers\":{}}");
        }),
        Mutation::stored("truncated-gzip", &[Part::Layout], |layout, _, _| {
            file(layout, b"\x1f\x8b\x08\x00\x00\x00");
        }),
    ],
    ..Rule::BASE
};
