//! Documents of generated images, edited as trees: what bytes alone would take long to reach.

use seaworthy_generators::choices::Choices;
use seaworthy_generators::features::Features;
use seaworthy_generators::image::generate;

use super::{document_bytes, go_json, oci_spec};
use crate::documents::{of_layout, tree, version};
use crate::mutate;

/// Makes an image, takes one of its documents, edits it a few times, and hands it to the targets
/// that take documents.
///
/// # Panics
///
/// Where one of those does.
pub fn document_tree(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let edited = document(&mut choices);
    document_bytes(&edited);
    go_json(&edited);
    oci_spec(&edited);
}

/// A document with a few edits, all of them chosen.
pub(crate) fn document(choices: &mut Choices<'_>) -> Vec<u8> {
    let version = version(choices);
    // The edits come first: they are what a change of the first bytes should change.
    let edits = choices.below(6);
    let which = choices.below(8);
    let seed = choices.bytes(16 * edits);
    let features = Features { advice: choices.chance(50), ..Features::all() }.swarm(choices);
    let layout = generate(choices, &features, version).seal(choices);
    let documents = of_layout(&layout, version);
    let bytes = documents.get(which % documents.len().max(1)).map(|(_, bytes)| bytes.clone());
    let bytes = bytes.unwrap_or_default();
    let document = seaworthy_image::json::Document::parse(&bytes, &Default::default());
    let Some(mut tree) = document.ok().and_then(|document| tree(document.root())) else { return bytes };
    let mut edit = Choices::new(seed);
    for _ in 0..edits {
        mutate::edit_tree(&mut tree, &mut edit);
    }
    tree.compact()
}
