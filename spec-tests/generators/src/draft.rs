//! An image before its digests exist.

use seaworthy_image::digest::Algorithm;
use seaworthy_image::media_type::{self, Compression};
use seaworthy_image::views::Relation;

use crate::layer::Layer;
use crate::mutation::Part;
use crate::tree::{Style, Tree};

/// Where a node stands in [`Draft::nodes`].
pub type NodeId = usize;

/// An image layout before its digests exist: documents and layers, and how they refer to each
/// other. A node refers only to nodes before it, so there are no circles; the last is the index
/// that becomes `index.json`.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The `oci-layout` file.
    pub header: Tree,
    /// Everything that becomes a blob, children before parents, and the root at the end.
    pub nodes: Vec<Node>,
    /// How every document is written.
    pub style: Style,
    /// Files that belong to no node, by path.
    pub extras: Vec<(String, Vec<u8>)>,
}

/// A document or a layer.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// What it holds, apart from the descriptors.
    pub content: Content,
    /// The descriptors in it.
    pub links: Vec<Link>,
    /// The algorithm of its own digest.
    pub algorithm: Algorithm,
    /// Whether it is stored at all: a layout may leave blobs out.
    pub stored: bool,
    /// The layers whose diff IDs a configuration lists, the lowest first, each with the algorithm of
    /// its diff ID. They stand before it.
    pub diff_ids: Vec<(NodeId, Algorithm)>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// An image index.
    Index,
    /// The manifest of an image.
    Manifest,
    /// The manifest of an artifact.
    Artifact,
    /// The configuration of an image.
    Config,
    /// A layer, or any other content that image-spec does not look into.
    Opaque,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// A JSON object; sealing puts the descriptors and the diff IDs in.
    Document(Tree),
    /// An archive of files; sealing packs it.
    Layer(Layer),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A reference from a node to an earlier one.
#[derive(Debug, Clone)]
pub struct Link {
    /// What the target is to the node.
    pub relation: Relation,
    /// The descriptor, apart from `digest`, `size` and `data`.
    pub descriptor: Tree,
    /// The node it leads to.
    pub target: NodeId,
    /// Whether the content is embedded in the descriptor as `data`.
    pub embed: bool,
}

impl Draft {
    /// The node that becomes `index.json`.
    pub fn root(&self) -> NodeId {
        self.nodes.len() - 1
    }

    /// Puts a layer on top of the image that [`Part::Layer`] is of, and lists it in its configuration, which
    /// is given back. The history stays as it is.
    pub fn add_layer(&mut self, layer: Layer) -> Option<NodeId> {
        let manifest = self.node(Part::Manifest)?;
        let is_config = |link: &&Link| link.relation == Relation::Config;
        let config = self.nodes[manifest].links.iter().find(is_config)?.target;
        let media_type = match layer.packing.compression {
            Compression::None => media_type::LAYER_TAR,
            Compression::Gzip => media_type::LAYER_TAR_GZIP,
            Compression::Zstd => media_type::LAYER_TAR_ZSTD,
        };
        // It goes where the configuration is, and that and all the others make room.
        for node in &mut self.nodes {
            node.links.iter_mut().filter(|link| link.target >= config).for_each(|link| link.target += 1);
            node.diff_ids.iter_mut().filter(|(id, _)| *id >= config).for_each(|(id, _)| *id += 1);
        }
        let (algorithm, stored) = (Algorithm::Sha256, true);
        let (kind, content) = (NodeKind::Opaque, Content::Layer(layer));
        let node = Node { kind, content, links: Vec::new(), algorithm, stored, diff_ids: Vec::new() };
        self.nodes.insert(config, node);
        self.nodes[config + 1].diff_ids.push((config, algorithm));
        let links = &mut self.nodes[manifest + 1].links;
        let last = links.iter().rposition(|link| link.relation == Relation::Layer);
        links.insert(
            last.map_or(links.len(), |last| last + 1),
            Link::new(Relation::Layer, media_type, config),
        );
        Some(config + 1)
    }

    /// Adds a node that is stored under its SHA-256 digest.
    pub fn push(&mut self, kind: NodeKind, content: Content, links: Vec<Link>) -> NodeId {
        let algorithm = Algorithm::Sha256;
        self.nodes.push(Node { kind, content, links, algorithm, stored: true, diff_ids: Vec::new() });
        self.nodes.len() - 1
    }
}

impl Link {
    /// A descriptor with a media type and nothing else.
    pub fn new(relation: Relation, media_type: &str, target: NodeId) -> Link {
        Link { relation, descriptor: Tree::object([("mediaType", media_type.into())]), target, embed: false }
    }
}
