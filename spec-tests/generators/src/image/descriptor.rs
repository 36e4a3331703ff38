//! Descriptors, and what any of them may have.

use seaworthy_image::views::Relation;

use super::{Builder, Listed};
use crate::draft::{Content, Link, NodeId};

/// Content up to this size is sometimes embedded.
const SMALL: usize = 600;

impl Builder<'_, '_> {
    /// A descriptor of a node.
    pub(super) fn link(&mut self, relation: Relation, media_type: &str, target: NodeId) -> Link {
        let mut link = Link::new(relation, media_type, target);
        if self.may(self.features.urls, 6) {
            let mut urls = Vec::new();
            self.repeat(0, 3, 75, |builder| urls.push(builder.link_text().into()));
            link.descriptor.set("urls", urls);
        }
        self.annotate(&mut link.descriptor, "annotations", 8);
        self.add_unknown(&mut link.descriptor);
        // Before 1.1 the name was reserved.
        link.embed = self.has_1_1() && self.is_small(target) && self.may(self.features.embedded_data, 8);
        link
    }

    /// The subject of a manifest or an index: another one, which may not be here.
    pub(super) fn subject(&mut self) -> Option<Link> {
        if !self.has_1_1() || !self.may(self.features.subjects, 20) {
            return None;
        }
        if self.listed.is_empty() || self.choices.chance(25) {
            let manifest = format!("{{\"schemaVersion\":2,\"note\":\"{} yet to come\"}}", self.words());
            let target = self.push_bytes(manifest);
            self.draft.nodes[target].stored = false;
            return Some(self.link(Relation::Subject, seaworthy_image::media_type::MANIFEST, target));
        }
        let at = self.choices.below(self.listed.len());
        let Listed { node, media_type, platform, .. } = self.listed[at].clone();
        let mut link = self.link(Relation::Subject, media_type, node);
        if let (Some(platform), true) = (platform, self.choices.chance(20)) {
            link.descriptor.set("platform", platform);
        }
        Some(link)
    }

    fn is_small(&self, node: NodeId) -> bool {
        match &self.draft.nodes[node].content {
            Content::Bytes(bytes) => bytes.len() <= SMALL,
            Content::Layer(layer) => layer.packing.pack(&layer.archive()).len() <= SMALL,
            Content::Document(_) => self.draft.nodes[node].links.len() <= 2,
        }
    }
}
