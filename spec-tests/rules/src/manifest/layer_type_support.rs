//! Every implementation supports layers as tar archives, plain or with gzip, distributable or not.
//!
//! Most images use gzip throughout, so the other types are met first in production. The types that
//! may not be distributed are deprecated since 1.1, and still have to be read.

use seaworthy_generators::layer::Packing;
use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type::{self, Compression};

use super::edits::repack;
use crate::{Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];
const PLAIN: Packing = Packing::new(Compression::None);

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[
        Mutation::draft("gzip", LAYER, |_, _| {}),
        Mutation::draft("plain", LAYER, |draft, _| repack(draft, media_type::LAYER_TAR, &PLAIN)),
        Mutation::draft("gzip-not-distributable", LAYER, |draft, _| {
            repack(draft, media_type::NONDISTRIBUTABLE_TAR_GZIP, &Packing::new(Compression::Gzip));
        }),
        Mutation::draft("plain-not-distributable", LAYER, |draft, _| {
            repack(draft, media_type::NONDISTRIBUTABLE_TAR, &PLAIN);
        }),
    ],
    ..Rule::BASE
};
