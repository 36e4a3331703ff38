//! Edits of a draft that change content and descriptors together.

use seaworthy_generators::draft::{Content, Draft, Link, NodeKind};
use seaworthy_generators::layer::Packing;
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

/// The links of every node of a kind, by what they are.
fn links(draft: &mut Draft, of: NodeKind, relation: Relation) -> impl Iterator<Item = &mut Link> {
    let nodes = draft.nodes.iter_mut().filter(move |node| node.kind == of);
    nodes.flat_map(|node| &mut node.links).filter(move |link| link.relation == relation)
}

/// Packs the layers of images that are packed with gzip in another way, and says so.
pub(super) fn repack(draft: &mut Draft, media_type: &str, packing: &Packing) {
    let mut layers = Vec::new();
    for link in links(draft, NodeKind::Manifest, Relation::Layer) {
        if link.descriptor.text("mediaType") == media_type::LAYER_TAR_GZIP {
            link.descriptor.set("mediaType", media_type);
            layers.push(link.target);
        }
    }
    layers.sort_unstable();
    layers.dedup();
    for layer in layers {
        if let Content::Layer(layer) = &mut draft.nodes[layer].content {
            layer.packing = packing.clone();
        }
    }
}

/// Gives artifacts a type, in their manifests and in the descriptors of those.
pub(super) fn set_artifact_type(draft: &mut Draft, artifact_type: &str) {
    let mut is_artifact = Vec::new();
    for node in &mut draft.nodes {
        is_artifact.push(node.kind == NodeKind::Artifact);
        if let (NodeKind::Artifact, Content::Document(manifest)) = (node.kind, &mut node.content) {
            manifest.set("artifactType", artifact_type);
        }
        for link in &mut node.links {
            if is_artifact[link.target] && link.descriptor.get("artifactType").is_some() {
                link.descriptor.set("artifactType", artifact_type);
            }
        }
    }
}

/// Gives artifacts a configuration of their own.
pub(super) fn set_artifact_config(draft: &mut Draft, media_type: &str, content: &[u8]) {
    set_content(draft, NodeKind::Artifact, Relation::Config, media_type, content);
}

/// Gives artifacts other files.
pub(super) fn set_artifact_file(draft: &mut Draft, media_type: &str, content: &[u8]) {
    set_content(draft, NodeKind::Artifact, Relation::Layer, media_type, content);
}

/// Gives images a configuration of another type.
pub(super) fn set_image_config(draft: &mut Draft, media_type: &str, content: &[u8]) {
    set_content(draft, NodeKind::Manifest, Relation::Config, media_type, content);
}

fn set_content(draft: &mut Draft, of: NodeKind, relation: Relation, media_type: &str, content: &[u8]) {
    let mut targets = Vec::new();
    for link in links(draft, of, relation) {
        link.descriptor.set("mediaType", media_type);
        targets.push(link.target);
    }
    for target in targets {
        draft.nodes[target].kind = NodeKind::Opaque;
        draft.nodes[target].content = Content::Bytes(content.to_vec());
    }
}

/// Hashes the configurations of artifacts by another algorithm.
pub(super) fn set_artifact_config_algorithm(draft: &mut Draft, algorithm: Algorithm) {
    let targets: Vec<_> =
        links(draft, NodeKind::Artifact, Relation::Config).map(|link| link.target).collect();
    targets.into_iter().for_each(|target| draft.nodes[target].algorithm = algorithm);
}

/// Embeds the configurations of artifacts in their descriptors.
pub(super) fn embed_artifact_config(draft: &mut Draft) {
    links(draft, NodeKind::Artifact, Relation::Config).for_each(|link| link.embed = true);
}

/// A descriptor of content that is stored nowhere.
pub(super) fn dangling(media_type: &str, content: &[u8]) -> Tree {
    Tree::object([
        ("mediaType", media_type.into()),
        ("digest", digest_of(Algorithm::Sha256, content).into()),
        ("size", (content.len() as i64).into()),
    ])
}

/// The descriptor of the empty object.
pub(super) fn empty() -> Tree {
    dangling(media_type::EMPTY, b"{}")
}
