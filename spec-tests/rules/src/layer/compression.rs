//! A layer is compressed the way its media type says.
//!
//! Some readers go by the media type and some by the first bytes of the blob. Where the two
//! disagree, some of them fail, and others unpack what nobody announced.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::compression::Compression;
use seaworthy_image::media_type::{self, Kind};
use seaworthy_image::spec::SpecVersion;

use super::edits::each_layer;
use crate::rule::LayerPlace;
use crate::{Check, Findings, Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];
const TOP: &[Part] = &[Part::Layer];
const GZIP: &[u8] = b"\x1f\x8b";

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "media-types.md#oci-image-media-types",
    check: Check::Layer(check),
    valid: &[
        Mutation::draft("several-members", LAYER, |draft, _| {
            each_layer(draft, |layer| layer.packing.cuts = vec![100, 100, 512, 700, 1024]);
        }),
        Mutation::draft("stored-blocks", LAYER, |draft, _| each_layer(draft, |layer| layer.packing.flavour = 1)),
        Mutation::draft("name-in-the-header", LAYER, |draft, _| {
            each_layer(draft, |layer| layer.packing.flavour = 2);
        }),
        Mutation::draft("comment-and-extra-fields", LAYER, |draft, _| {
            each_layer(draft, |layer| layer.packing.flavour = 3);
        }),
    ],
    invalid: &[
        Mutation::document("another-type", LAYER, |descriptor, _| {
            let is_compressed = descriptor.text("mediaType").contains("+");
            let wrong = if is_compressed { media_type::LAYER_TAR } else { media_type::LAYER_TAR_GZIP };
            descriptor.set("mediaType", wrong);
        }),
        Mutation::document("zstd-for-gzip", LAYER, |descriptor, _| {
            let is_zstd = descriptor.text("mediaType").ends_with("+zstd");
            let wrong = if is_zstd { media_type::LAYER_TAR_GZIP } else { media_type::LAYER_TAR_ZSTD };
            descriptor.set("mediaType", wrong);
        })
        .since(SpecVersion::V1_1_1),
    ],
    unclear: &[
        Mutation::bytes("zeros-after-the-stream", TOP, |bytes, _| {
            if bytes.starts_with(GZIP) {
                bytes.extend([0; 512]);
            }
        }),
        Mutation::bytes("text-after-the-stream", TOP, |bytes, _| {
            if bytes.starts_with(GZIP) {
                bytes.extend(b"and more");
            }
        }),
    ],
    ..Rule::BASE
};

fn check(place: &LayerPlace<'_, '_>, findings: &mut Findings<'_>) {
    let Some(media_type) = place.descriptor.media_type else { return };
    let name = place.descriptor.media_type_text().unwrap_or_default();
    let Kind::Layer { compression, .. } = media_type::kind(&name, findings.version()) else { return };
    let real = place.layer.stream.compression;
    if place.is_content() && real != compression {
        findings.report(media_type, describe(real), describe(compression));
    }
}

const fn describe(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "a blob that is not compressed",
        Compression::Gzip => "a blob that is compressed with gzip",
        Compression::Zstd => "a blob that is compressed with zstd",
    }
}
