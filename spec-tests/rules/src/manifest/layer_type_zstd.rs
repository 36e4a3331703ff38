//! Implementations support layers that are compressed with zstd, too.
//!
//! Builders offer it because it unpacks faster, and images that use it fail on older runtimes.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::{gunzip, zstd};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use super::edits::repack;
use crate::{Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];
/// A frame that a decoder skips (RFC 8878, section 3.1.2).
const SKIPPABLE: &[u8] = b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip";

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("one-frame", LAYER, |draft, _| {
            repack(draft, media_type::LAYER_TAR_ZSTD, |bytes| zstd(&gunzip(bytes)));
        })
        .may_be_refused(),
        Mutation::draft("several-frames", LAYER, |draft, _| {
            repack(draft, media_type::LAYER_TAR_ZSTD, |bytes| {
                let archive = gunzip(bytes);
                let (first, second) = archive.split_at(archive.len() / 2);
                [&zstd(first), SKIPPABLE, &zstd(second)].concat()
            });
        })
        .may_be_refused(),
    ],
    ..Rule::BASE
};
