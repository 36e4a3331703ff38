//! The layers of an image: archives, compressed in one of the registered ways.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use super::Builder;
use crate::draft::{Content, NodeId};

/// A layer that is part of the draft.
#[derive(Clone)]
pub(super) struct Layer {
    pub(super) node: NodeId,
    pub(super) media_type: &'static str,
    /// The archive before compression.
    archive: Vec<u8>,
    /// What it adds.
    paths: Vec<String>,
}

impl Layer {
    pub(super) fn diff_id(&self, algorithm: Algorithm) -> String {
        digest_of(algorithm, &self.archive)
    }
}

/// A skippable frame of RFC 8478, section 3.1.2, with three bytes in it.
const SKIPPABLE_FRAME: &[u8] = b"\x50\x2a\x4d\x18\x03\0\0\0tar";

impl Builder<'_, '_> {
    /// The layers of an image, the lowest first.
    pub(super) fn layers(&mut self) -> Vec<Layer> {
        let mut layers = vec![self.base()];
        let mut below = layers[0].paths.clone();
        self.repeat(0, self.features.layers.saturating_sub(1), 50, |builder| {
            let media_type = builder.image_layer_type();
            layers.push(builder.new_layer(media_type, &mut below));
        });
        layers
    }

    /// A layer with nothing below it; sometimes one that another image has too.
    fn base(&mut self) -> Layer {
        if !self.bases.is_empty() && self.may(self.features.shared_blobs, 40) {
            return self.choices.pick(&self.bases).clone();
        }
        let media_type = self.image_layer_type();
        let layer = self.new_layer(media_type, &mut Vec::new());
        self.bases.push(layer.clone());
        layer
    }

    /// A layer on top of others, whose paths are in `below` and are brought up to date.
    pub(super) fn new_layer(&mut self, media_type: &'static str, below: &mut Vec<String>) -> Layer {
        let archive = self.archive(below);
        let bytes = match media_type.rsplit_once('+') {
            Some((_, "gzip")) => self.compressed(&archive, gzip_member),
            Some((_, "zstd")) => self.compressed(&archive, zstd_frame),
            _ => archive.clone(),
        };
        let node = self.push(crate::draft::NodeKind::Opaque, Content::Bytes(bytes), Vec::new());
        Layer { node, media_type, archive, paths: below.clone() }
    }

    /// The type of an image's layer: those that implementations are to support, zstd among them
    /// since 1.1. New layers that may not be distributed are advised against since then, and types
    /// of one's own always.
    fn image_layer_type(&mut self) -> &'static str {
        let features = self.features;
        let is_old = self.version == SpecVersion::V1_0_2;
        let restricted = features.nondistributable && (is_old || features.advice);
        let zstd = features.zstd && !is_old;
        self.type_of(&[
            (media_type::LAYER_TAR_GZIP, true),
            (media_type::LAYER_TAR, features.uncompressed),
            (media_type::LAYER_TAR_ZSTD, zstd),
            (media_type::NONDISTRIBUTABLE_TAR, restricted && features.uncompressed),
            (media_type::NONDISTRIBUTABLE_TAR_GZIP, restricted),
            (media_type::NONDISTRIBUTABLE_TAR_ZSTD, restricted && zstd),
            ("application/vnd.example.layer.v1.tar", features.advice),
        ])
    }

    /// The type of an archive in an artifact, which has no such advice.
    pub(super) fn artifact_layer_type(&mut self) -> &'static str {
        self.type_of(&[
            (media_type::LAYER_TAR_GZIP, true),
            (media_type::LAYER_TAR, self.features.uncompressed),
            (media_type::LAYER_TAR_ZSTD, self.features.zstd && self.has_1_1()),
        ])
    }

    fn type_of(&mut self, types: &[(&'static str, bool)]) -> &'static str {
        let possible: Vec<_> = types.iter().filter(|(_, is_on)| *is_on).collect();
        self.choices.pick(&possible).0
    }

    /// The archive compressed, in one piece or in several.
    fn compressed(&mut self, archive: &[u8], piece: fn(&[u8], u8) -> Vec<u8>) -> Vec<u8> {
        let flavour = self.choices.below(4) as u8;
        let mut ends = vec![archive.len()];
        while self.may(self.features.split_streams, 15) {
            ends.push(self.choices.below(ends[ends.len() - 1] + 1));
        }
        ends.reverse();
        let mut start = 0;
        let mut out = Vec::new();
        for end in ends {
            out.extend(piece(&archive[start..end], flavour));
            start = end;
        }
        out
    }
}

/// One gzip member, with or without a name, a comment and extra fields.
fn gzip_member(bytes: &[u8], flavour: u8) -> Vec<u8> {
    let header = match flavour {
        0 | 1 => GzBuilder::new(),
        2 => GzBuilder::new().filename("layer.tar").mtime(1_767_323_045),
        _ => GzBuilder::new().comment("tide").extra(b"sw\x02\0ok".to_vec()),
    };
    let level = if flavour == 1 { Compression::none() } else { Compression::default() };
    let mut encoder = header.write(Vec::new(), level);
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// One zstd frame, with or without a checksum, or after one that is to be skipped.
fn zstd_frame(bytes: &[u8], flavour: u8) -> Vec<u8> {
    let frame = || -> std::io::Result<Vec<u8>> {
        let mut encoder = zstd::Encoder::new(Vec::new(), i32::from(flavour == 1) + 1)?;
        encoder.include_checksum(flavour == 2)?;
        encoder.write_all(bytes)?;
        encoder.finish()
    };
    let mut out = if flavour == 3 { SKIPPABLE_FRAME.to_vec() } else { Vec::new() };
    out.extend(frame().unwrap_or_default());
    out
}
