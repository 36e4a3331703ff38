//! Edits of a stored index that change more than one blob.

use seaworthy_generators::shape::{REF_NAME, index_tree};
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{self, Memory, blob_path};
use seaworthy_image::media_type;

/// Where a new entry goes.
#[derive(Clone, Copy)]
pub(super) enum At {
    First,
    Last,
}

/// Files `content`, lists it in the index that is stored at `path`, and lets `index.json` lead to
/// that index and nothing else. The layout stays as it is if there is no such index.
pub(super) fn add_entry(layout: &mut Memory, path: &str, at: At, media_type: &str, content: &[u8]) {
    let Some(index) = layout.files.get(path) else { return };
    let Ok(document) = Document::parse(index, &Limits::default()) else { return };
    let Some(manifests) = document.root().get("manifests") else { return };
    let span = manifests.span();
    let mut entry = descriptor(media_type, content).compact();
    let place = match at {
        At::First => span.start + 1,
        At::Last => span.end - 1,
    };
    match at {
        At::First => entry.push(b','),
        At::Last => entry.insert(0, b','),
    }
    let mut index = index.clone();
    index.splice(place..place, entry);
    layout.files.remove(path);
    file(layout, content);
    enter_by(layout, &index);
}

/// Puts so many indexes between `index.json` and the index that is stored at `path`.
pub(super) fn nest(layout: &mut Memory, path: &str, levels: usize) {
    let Some(mut index) = layout.files.get(path).cloned() else { return };
    for _ in 0..levels {
        let entry = descriptor(media_type::INDEX, &index);
        index = index_of(entry);
        file(layout, &index);
    }
    enter_by(layout, &index);
}

/// Files an index and makes it the only entry of `index.json`.
fn enter_by(layout: &mut Memory, index: &[u8]) {
    file(layout, index);
    let mut entry = descriptor(media_type::INDEX, index);
    entry.member("annotations").set("org.opencontainers.image.ref.name", REF_NAME);
    layout.files.insert(layout::INDEX.to_owned(), index_of(entry));
}

fn index_of(entry: Tree) -> Vec<u8> {
    let mut index = index_tree();
    index.set("manifests", vec![entry]);
    index.compact()
}

fn descriptor(media_type: &str, content: &[u8]) -> Tree {
    Tree::object([
        ("mediaType", media_type.into()),
        ("digest", digest_of(Algorithm::Sha256, content).into()),
        ("size", (content.len() as i64).into()),
    ])
}

fn file(layout: &mut Memory, content: &[u8]) {
    let digest = digest_of(Algorithm::Sha256, content);
    if let Ok(digest) = Digest::parse(&digest) {
        layout.files.insert(blob_path(&digest), content.to_vec());
    }
}
