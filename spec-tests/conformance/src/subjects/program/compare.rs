//! Whether a copy holds what its source holds.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::graph::read_file;
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{self, Memory, OpenError, Storage, blob_path};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Index, Manifest, Relation, items};

use super::definition::Root;
use crate::storage::Directory;

/// What a copy in `folder` lacks or holds otherwise; `None` if it is faithful.
///
/// `descriptor` is the one that was copied. More than the source holds is no difference.
pub fn copy(
    source: &Memory,
    root: Root,
    descriptor: Option<&[u8]>,
    folder: &Path,
    version: SpecVersion,
) -> Option<String> {
    let copy = match Directory::open(folder) {
        Ok(copy) => copy,
        Err(_) => return Some("it reports success, and there is no copy".into()),
    };
    let limits = Limits::default();
    let index = match read_file(&copy, layout::INDEX, limits.bytes) {
        Ok(index) => index,
        Err(error) => return Some(format!("index.json of the copy: {error}")),
    };
    let index = match Document::parse(&index, &limits) {
        Ok(index) => index,
        Err(anomaly) => return Some(format!("index.json of the copy: {}", anomaly.kind)),
    };
    let entries: Vec<_> = items(Index::of(index.root()).manifests).map(Descriptor::of).collect();
    let mut wanted = Wanted { source, version, blobs: BTreeMap::new() };
    match root {
        Root::Descriptor => {
            let document = descriptor.and_then(|bytes| Document::parse(bytes, &limits).ok());
            // What was copied could not even be read: nothing can be said of the copy.
            let document = document?;
            let original = Descriptor::of(document.root());
            if let Some(difference) = entry_differs(&original, &entries) {
                return Some(difference);
            }
            wanted.follow(Relation::Entry, &original);
        }
        Root::Index => {
            let bytes = source.files.get(layout::INDEX)?;
            let digest = digest_of(Algorithm::Sha256, bytes);
            if !entries.iter().any(|entry| entry.digest_text().as_deref() == Some(&digest)) {
                return Some("index.json of the copy does not lead to the index that was copied".into());
            }
            if let Ok(digest) = Digest::parse(&digest) {
                wanted.blobs.insert(blob_path(&digest), bytes);
            }
            wanted.document(DocumentType::Index, bytes);
        }
    }
    wanted.blobs.into_iter().find_map(|(path, bytes)| file_differs(&copy, &path, bytes))
}

/// What a program changed in the layout that it was given to read.
pub fn source(source: &Memory, folder: &Path) -> Option<String> {
    let Ok(now) = Directory::open(folder) else { return Some("the layout it was given is gone".into()) };
    let changed = source.files.iter().find_map(|(path, bytes)| file_differs(&now, path, bytes));
    if let Some(changed) = changed {
        return Some(format!("in the layout it was given, {changed}"));
    }
    let (Ok(before), Ok(now)) = (source.entries(), now.entries()) else {
        return Some("the layout it was given can no longer be read".into());
    };
    let added = now.iter().find(|entry| !before.contains(entry));
    added.map(|entry| format!("in the layout it was given, {} is new", entry.path))
}

/// Compares the members that identify content, as far as the source has them.
fn entry_differs(original: &Descriptor<'_>, entries: &[Descriptor<'_>]) -> Option<String> {
    let digest = original.digest_text()?;
    let same: Vec<_> =
        entries.iter().filter(|entry| entry.digest_text().as_deref() == Some(&*digest)).collect();
    if same.is_empty() {
        return Some("index.json of the copy does not list the digest that was copied".into());
    }
    let media_type = original.media_type_text();
    if media_type.is_some() && !same.iter().any(|entry| entry.media_type_text() == media_type) {
        return Some("index.json of the copy gives another media type to what was copied".into());
    }
    // The size is that of the content, which is compared by itself: a copy may put it right.
    None
}

fn file_differs(storage: &Directory, path: &str, bytes: &[u8]) -> Option<String> {
    let same = match storage.open(path) {
        Ok(opened) => is_same(opened.reader, bytes),
        Err(OpenError::Io(error)) => Err(error),
        Err(error) => return Some(format!("{path} is lost: {error}")),
    };
    match same {
        Ok(true) => None,
        Ok(false) => Some(format!("{path} holds other bytes")),
        Err(error) => Some(format!("{path} cannot be read: {}", error.kind())),
    }
}

fn is_same(reader: impl Read, bytes: &[u8]) -> io::Result<bool> {
    let mut found = Vec::with_capacity(bytes.len() + 1);
    reader.take(bytes.len() as u64 + 1).read_to_end(&mut found)?;
    Ok(found == bytes)
}

/// The blobs that a copy has to hold: those that the source stores, and that the root leads to.
struct Wanted<'s> {
    source: &'s Memory,
    version: SpecVersion,
    blobs: BTreeMap<String, &'s [u8]>,
}

#[derive(Clone, Copy)]
enum DocumentType {
    Index,
    Manifest,
}

impl Wanted<'_> {
    fn follow(&mut self, relation: Relation, descriptor: &Descriptor<'_>) {
        let (digest, media_type) = (descriptor.digest_text(), descriptor.media_type_text());
        let media_type = media_type.unwrap_or_default();
        // A copy may well leave out what may not be distributed, or what is to be had elsewhere.
        if NOT_FOR_DISTRIBUTION.contains(&&*media_type) || descriptor.urls.is_some() {
            return;
        }
        let Some(digest) = digest.as_deref().and_then(|text| Digest::parse(text).ok()) else { return };
        let path = blob_path(&digest);
        let Some(bytes) = self.source.files.get(&path) else { return };
        if self.blobs.insert(path, bytes).is_some() || relation != Relation::Entry {
            return;
        }
        match media_type::kind(&media_type, self.version) {
            media_type::Kind::Index => self.document(DocumentType::Index, bytes),
            media_type::Kind::Manifest => self.document(DocumentType::Manifest, bytes),
            _ => {}
        }
    }

    fn document(&mut self, document_type: DocumentType, bytes: &[u8]) {
        let Ok(document) = Document::parse(bytes, &Limits::default()) else { return };
        // A name that stands there twice has two readings, and the copy may follow either.
        if !document.anomalies().is_empty() {
            return;
        }
        let descriptors: Vec<_> = match document_type {
            DocumentType::Index => Index::of(document.root()).descriptors().collect(),
            DocumentType::Manifest => Manifest::of(document.root()).descriptors().collect(),
        };
        for (relation, descriptor) in descriptors {
            // Nothing obliges a copy to take along what an image refers to.
            if relation != Relation::Subject {
                self.follow(relation, &descriptor);
            }
        }
    }
}

const NOT_FOR_DISTRIBUTION: [&str; 4] = [
    media_type::NONDISTRIBUTABLE_TAR,
    media_type::NONDISTRIBUTABLE_TAR_GZIP,
    media_type::NONDISTRIBUTABLE_TAR_ZSTD,
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
];
