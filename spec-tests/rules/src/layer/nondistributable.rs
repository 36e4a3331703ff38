//! Layers that may not be distributed are supported as they always were, with `urls` or without.
//!
//! New ones are advised against; old images have them. Their type says what they are, and `urls` does not.

use seaworthy_generators::draft::{Content, Draft};
use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type::{self, Compression};
use seaworthy_image::views::Relation;

use crate::{Grade, Rule};

const LAYER: &[Part] = &[Part::LayerDescriptor];
const URL: &str = "https://example.com/layer";

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "layer.md#non-distributable-layers",
    valid: &[
        Mutation::draft("without-urls", LAYER, |draft, _| set_types(draft, false)),
        Mutation::draft("with-urls", LAYER, |draft, _| set_types(draft, true)),
        Mutation::document("ordinary-layer-with-urls", LAYER, |layer, _| {
            layer.set("urls", Tree::strings(&[URL]));
        }),
    ],
    ..Rule::BASE
};

/// Gives the layers that are compressed with gzip the type of those that may not be distributed.
fn set_types(draft: &mut Draft, has_urls: bool) {
    let is_gzip: Vec<bool> = draft
        .nodes
        .iter()
        .map(|node| match &node.content {
            Content::Layer(layer) => layer.packing.compression == Compression::Gzip,
            _ => false,
        })
        .collect();
    let links = draft.nodes.iter_mut().flat_map(|node| &mut node.links);
    for link in links.filter(|link| link.relation == Relation::Layer && is_gzip[link.target]) {
        link.descriptor.set("mediaType", media_type::NONDISTRIBUTABLE_TAR_GZIP);
        if has_urls {
            link.descriptor.set("urls", Tree::strings(&[URL]));
        }
    }
}
