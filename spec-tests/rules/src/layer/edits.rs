//! Edits of a draft that concern more than the entries of one layer.

use seaworthy_generators::draft::{Content, Draft};
use seaworthy_generators::layer::Layer;
use seaworthy_generators::mutation::Part;
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::Algorithm;
use seaworthy_image::filesystem::Member;

/// Gives the top layer of an image other entries.
pub(super) fn set_layer(draft: &mut Draft, members: Vec<Member>) {
    let top = draft.node(Part::Layer);
    if let Some(Content::Layer(layer)) = top.map(|top| &mut draft.nodes[top].content) {
        layer.members = members;
    }
}

/// Puts one more layer on top of an image, and an entry for it into its history.
pub(super) fn add_layer(draft: &mut Draft, members: Vec<Member>) {
    let config = draft.add_layer(Layer::new(members));
    if let Some(Content::Document(config)) = config.map(|config| &mut draft.nodes[config].content)
        && matches!(config.get("history"), Some(Tree::Array(entries)) if !entries.is_empty())
    {
        config.member("history").items().push(Tree::object([("created_by", "add a layer".into())]));
    }
}

/// Edits every layer of every image.
pub(super) fn each_layer(draft: &mut Draft, edit: impl Fn(&mut Layer)) {
    for node in &mut draft.nodes {
        if let Content::Layer(layer) = &mut node.content {
            edit(layer);
        }
    }
}

/// Gives every configuration other DiffIDs, made from the layers and the algorithms that it has.
pub(super) fn set_diff_ids(draft: &mut Draft, digest: impl Fn(&Layer, Algorithm) -> String) {
    for at in 0..draft.nodes.len() {
        let listed = std::mem::take(&mut draft.nodes[at].diff_ids);
        let digests = listed.iter().map(|&(layer, algorithm)| match &draft.nodes[layer].content {
            Content::Layer(layer) => digest(layer, algorithm).into(),
            Content::Document(_) | Content::Bytes(_) => Tree::Null,
        });
        let digests: Vec<Tree> = digests.collect();
        if let (Content::Document(config), false) = (&mut draft.nodes[at].content, digests.is_empty()) {
            config.member("rootfs").set("diff_ids", digests);
        }
    }
}
