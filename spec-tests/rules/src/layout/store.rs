//! Edits of a layout's files.

use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{BLOBS, EntryKind, INDEX, Memory, blob_path};

/// Files content under its SHA-256 digest.
pub(super) fn file(layout: &mut Memory, content: &[u8]) {
    let digest = digest_of(Algorithm::Sha256, content);
    if let Ok(digest) = Digest::parse(&digest) {
        layout.files.insert(blob_path(&digest), content.to_vec());
    }
}

/// A descriptor of content.
pub(super) fn descriptor(media_type: &str, content: &[u8]) -> Tree {
    Tree::object([
        ("mediaType", media_type.into()),
        ("digest", digest_of(Algorithm::Sha256, content).into()),
        ("size", (content.len() as i64).into()),
    ])
}

/// Lists one more descriptor in `index.json`, before all others. The layout stays as it is if
/// its index has no list.
pub(super) fn list_first(layout: &mut Memory, entry: &Tree) {
    let Some(index) = layout.files.get(INDEX) else { return };
    let Ok(document) = Document::parse(index, &Limits::default()) else { return };
    let Some(manifests) = document.root().get("manifests") else { return };
    let mut entry = entry.compact();
    if manifests.items().next().is_some() {
        entry.push(b',');
    }
    let start = manifests.span().start + 1;
    let mut index = index.clone();
    index.splice(start..start, entry);
    layout.files.insert(INDEX.to_owned(), index);
}

/// Gives a file, or everything below a directory, another path.
pub(super) fn rename(layout: &mut Memory, from: &str, to: &str) {
    let renamed = |path: &str| match path.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{to}{rest}"),
        _ => path.to_owned(),
    };
    let files = std::mem::take(&mut layout.files);
    layout.files = files.into_iter().map(|(path, content)| (renamed(&path), content)).collect();
    let others = std::mem::take(&mut layout.others);
    layout.others = others.into_iter().map(|(path, kind)| (renamed(&path), kind)).collect();
}

/// Puts something else in the place of a file, or of a directory and all that is in it.
pub(super) fn replace(layout: &mut Memory, path: &str, kind: EntryKind) {
    remove(layout, path);
    layout.others.insert(path.to_owned(), kind);
}

/// Removes a file, or a directory and all that is in it.
pub(super) fn remove(layout: &mut Memory, path: &str) {
    let is_left = |other: &str| other != path && !other.starts_with(&format!("{path}/"));
    layout.files.retain(|other, _| is_left(other));
    layout.others.retain(|other, _| is_left(other));
}

/// Keeps the directory of the blobs, and nothing in it.
pub(super) fn empty_blobs(layout: &mut Memory) {
    replace(layout, BLOBS, EntryKind::Directory);
}

/// Lists nothing in `index.json`.
pub(super) fn list_nothing(layout: &mut Memory) {
    let mut index = seaworthy_generators::shape::index_tree();
    index.set("manifests", Vec::new());
    layout.files.insert(INDEX.to_owned(), index.compact());
}
