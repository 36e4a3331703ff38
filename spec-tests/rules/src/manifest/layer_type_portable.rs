//! The layers of an image that is to be portable are of the types that implementations support.
//!
//! Docker's own names for the same bytes are left by half a conversion; a type of one's own is
//! read by one's own tools only.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type::{self, Compression, Kind, MediaType};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Manifest, items};

use crate::checks::is_image;
use crate::{Check, Findings, Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];

/// Layers with zstd are let pass from the version on that advises to support them.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("docker", LAYER, |layer, _| {
            layer.set("mediaType", "application/vnd.docker.image.rootfs.diff.tar.gzip");
        }),
        Mutation::document("own-type", LAYER, |layer, _| {
            layer.set("mediaType", "application/vnd.example.layer.v1.tar+gzip");
        }),
        Mutation::document("general-type", LAYER, |layer, _| layer.set("mediaType", "application/gzip")),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    if !is_image(manifest) {
        return;
    }
    for value in items(manifest.layers).filter_map(|layer| layer.get("mediaType")) {
        let Some(name) = value.as_str() else { continue };
        if !is_portable(&name, findings.version()) && MediaType::check(&name).is_ok() {
            findings.report(value, name, "a type of layer that every implementation supports");
        }
    }
}

fn is_portable(name: &str, version: SpecVersion) -> bool {
    match media_type::kind(name, version) {
        Kind::Layer { compression, distributable } => compression != Compression::Zstd || distributable,
        Kind::Empty => true,
        _ => false,
    }
}
