//! Implementations support layers that are compressed with zstd, too.
//!
//! Builders offer it because it unpacks faster, and images that use it fail on older runtimes.

use seaworthy_generators::layer::Packing;
use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type::{self, Compression};
use seaworthy_image::spec::SpecVersion;

use super::edits::repack;
use crate::{Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("one-frame", LAYER, |draft, _| {
            repack(draft, media_type::LAYER_TAR_ZSTD, &Packing::new(Compression::Zstd));
        })
        .may_be_refused(),
        // Each of the frames comes after one that a decoder skips.
        Mutation::draft("several-frames", LAYER, |draft, _| {
            let several = Packing { flavour: 3, cuts: vec![700, 1024], ..Packing::new(Compression::Zstd) };
            repack(draft, media_type::LAYER_TAR_ZSTD, &several);
        })
        .may_be_refused(),
    ],
    ..Rule::BASE
};
