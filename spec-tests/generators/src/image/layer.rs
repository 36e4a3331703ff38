//! The layers of an image: archives, compressed in one of the registered ways.

use seaworthy_image::filesystem::{Limits, Tree, apply};
use seaworthy_image::media_type::{self, Compression};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::SparseForm;
use seaworthy_image::tar::write::Dialect;

use super::Builder;
use crate::changeset::valid;
use crate::draft::{Content, NodeId, NodeKind};
use crate::layer::{self, Packing};

/// A layer that is part of the draft.
#[derive(Clone)]
pub(super) struct Layer {
    pub(super) node: NodeId,
    pub(super) media_type: &'static str,
    /// The file system with this layer on top.
    tree: Tree,
}

impl Builder<'_, '_> {
    /// The layers of an image, the lowest first.
    pub(super) fn layers(&mut self) -> Vec<Layer> {
        let mut layers = vec![self.base()];
        let mut below = layers[0].tree.clone();
        self.repeat(0, self.features.layers.saturating_sub(1), 50, |builder| {
            let media_type = builder.image_layer_type();
            let layer = builder.new_layer(media_type, below.clone());
            below = layer.tree.clone();
            layers.push(layer);
        });
        layers
    }

    /// A layer with nothing below it; sometimes one that another image has too.
    fn base(&mut self) -> Layer {
        if !self.bases.is_empty() && self.may(self.features.shared_blobs, 40) {
            return self.choices.pick(&self.bases).clone();
        }
        let media_type = self.image_layer_type();
        let layer = self.new_layer(media_type, Tree::new());
        self.bases.push(layer.clone());
        layer
    }

    /// A layer on top of others, which make up the tree `below`.
    pub(super) fn new_layer(&mut self, media_type: &'static str, below: Tree) -> Layer {
        let members = valid(self.choices, self.features, &below);
        let is_odd = self.may(self.features.dialects, 40);
        let dialect = if is_odd { *self.choices.pick(&Dialect::ALL) } else { Dialect::Pax };
        let is_sparse = self.may(self.features.advice, 20);
        let sparse = if is_sparse { self.sparse_form(dialect) } else { None };
        let mut layer = layer::Layer { members, dialect, sparse, packing: Packing::new(Compression::None) };
        layer.packing = match media_type.rsplit_once('+') {
            Some((_, "gzip")) => self.packing(Compression::Gzip, &layer),
            Some((_, "zstd")) => self.packing(Compression::Zstd, &layer),
            _ => layer.packing,
        };
        // A changeset of this size is far below every limit.
        let applied = apply(below.clone(), &layer.members, &Limits::default());
        let tree = applied.map_or(below, |applied| applied.tree);
        let node = self.push(NodeKind::Opaque, Content::Layer(layer), Vec::new());
        Layer { node, media_type, tree }
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

    /// A way to leave out the zeros of files, which layers are advised against.
    fn sparse_form(&mut self, dialect: Dialect) -> Option<SparseForm> {
        match dialect {
            Dialect::Pax => {
                Some(*self.choices.pick(&[SparseForm::Pax00, SparseForm::Pax01, SparseForm::Pax10]))
            }
            Dialect::Gnu => Some(SparseForm::Gnu),
            Dialect::V7 | Dialect::Ustar => None,
        }
    }

    /// A way to compress a layer, in one piece or in several.
    fn packing(&mut self, compression: Compression, layer: &layer::Layer) -> Packing {
        let flavour = self.choices.below(4) as u8;
        let mut cuts = Vec::new();
        while self.may(self.features.split_streams, 15) {
            let end = cuts.last().copied().unwrap_or_else(|| layer.archive().len());
            cuts.push(self.choices.below(end + 1));
        }
        cuts.reverse();
        Packing { compression, flavour, cuts }
    }
}
