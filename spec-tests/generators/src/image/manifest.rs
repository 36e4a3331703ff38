//! The manifests of images.

use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

use super::{Builder, Listed};
use crate::draft::{Content, NodeKind};
use crate::shape;
use crate::tree::Tree;

impl Builder<'_, '_> {
    /// An image: layers, a configuration that fits them, and the manifest.
    pub(super) fn image(&mut self) -> Listed {
        let platform = self.platform();
        let layers = self.layers();
        let diff_ids = layers.iter().map(|layer| (layer.node, self.algorithm())).collect();
        let config = self.config(&platform, layers.len());
        let config = self.push(NodeKind::Config, Content::Document(config), Vec::new());
        self.draft.nodes[config].diff_ids = diff_ids;
        let mut links = vec![self.link(Relation::Config, media_type::CONFIG, config)];
        for layer in &layers {
            let mut link = self.link(Relation::Layer, layer.media_type, layer.node);
            if layer.media_type.contains("nondistributable") && self.choices.chance(60) {
                link.descriptor.set("urls", Tree::strings(&[self.link_text()]));
            }
            links.push(link);
        }
        links.extend(self.subject());
        let mut manifest = self.manifest_tree();
        if self.may(self.features.advice, 15) {
            manifest.remove("mediaType");
        }
        let node = self.push(NodeKind::Manifest, Content::Document(manifest), links);
        Listed { node, media_type: media_type::MANIFEST, platform: Some(platform), artifact_type: None }
    }

    /// What every manifest has, and what any may have, apart from descriptors.
    pub(super) fn manifest_tree(&mut self) -> Tree {
        let mut manifest = shape::manifest_tree();
        self.annotate(&mut manifest, "annotations", 15);
        self.add_unknown(&mut manifest);
        manifest
    }
}
