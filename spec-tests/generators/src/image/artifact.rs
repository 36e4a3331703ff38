//! The manifests of artifacts, in the shapes that the guidance of manifest.md describes.

use seaworthy_image::filesystem::Tree;
use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

use super::{Builder, Listed};
use crate::draft::{Content, Link, NodeId, NodeKind};

/// The types of artifacts, and of their configurations.
const TYPES: &[(&str, &str)] = &[
    ("application/vnd.example.chart.v1", "application/vnd.example.chart.config.v1+json"),
    ("application/vnd.example+type", "application/vnd.example.config.v1+json"),
    ("application/x-tide.table", "text/vnd.example.tide"),
];

impl Builder<'_, '_> {
    /// An artifact: no image, and its configuration says so by its media type.
    pub(super) fn artifact(&mut self) -> Listed {
        let (artifact_type, config_type) = *self.choices.pick(TYPES);
        // The empty descriptor, and a type of its own, came with 1.1.
        let has_config = !self.has_1_1() || self.choices.chance(40);
        let has_files = !self.has_1_1() || !self.choices.chance(30);
        let has_type = self.has_1_1() && (!has_config || self.choices.chance(70));

        let mut manifest = self.manifest_tree();
        let mut listed_type = config_type;
        if has_type {
            manifest.set("artifactType", artifact_type);
            listed_type = artifact_type;
        }
        let mut links = vec![if has_config {
            let text = format!("{{\"about\":\"{}\"}}", self.words());
            let config = self.push_bytes(text);
            self.link(Relation::Config, config_type, config)
        } else {
            self.empty_link(Relation::Config)
        }];
        if has_files {
            self.repeat(1, self.features.layers, 40, |builder| links.push(builder.file_link()));
        } else {
            links.push(self.empty_link(Relation::Layer));
        }
        links.extend(self.subject());
        let node = self.push(NodeKind::Artifact, Content::Document(manifest), links);
        Listed {
            node,
            media_type: media_type::MANIFEST,
            platform: None,
            artifact_type: Some(listed_type.to_owned()),
        }
    }

    /// The descriptor of the blob `{}` that stands for nothing.
    fn empty_link(&mut self, relation: Relation) -> Link {
        let empty = self.empty();
        self.link(relation, media_type::EMPTY, empty)
    }

    /// The guidance gives the SHA-256 digest of that blob, so it has no other.
    fn empty(&mut self) -> NodeId {
        *self.empty.get_or_insert_with(|| {
            self.draft.push(NodeKind::Opaque, Content::Bytes(b"{}".to_vec()), Vec::new())
        })
    }

    /// A file of an artifact: text, or an archive like those of images.
    fn file_link(&mut self) -> Link {
        if self.choices.chance(25) {
            let media_type = self.artifact_layer_type();
            let layer = self.new_layer(media_type, Tree::new());
            return self.link(Relation::Layer, layer.media_type, layer.node);
        }
        let text = self.words();
        let node = self.push_bytes(text);
        let media_type = self.foreign_type();
        self.link(Relation::Layer, media_type, node)
    }
}
