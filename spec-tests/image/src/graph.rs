//! Walking the graph of an image: from `index.json` along the descriptors to every blob.
//!
//! The walk reads, hashes and parses each blob once, hands every document to a visitor, and
//! keeps no more in memory than the documents between the root and where it stands. Blobs may
//! be missing (image-layout.md allows it), lie about their size, or be shared by many parents.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::digest::{Algorithm, Digest, Hasher};
use crate::json::{self, Anomaly, Document, Value};
use crate::layout::{self, EntryKind, OpenError, Storage};
use crate::media_type;
use crate::spec::SpecVersion;
use crate::views::{Descriptor, DocumentKind, Index, Manifest, Relation};

/// How far a walk goes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The bounds of a single document.
    pub json: json::Limits,
    /// The deepest nesting of indexes and subjects that is followed. No tool makes more than
    /// three levels; the specification sets no bound.
    pub depth: usize,
    /// How many threads work at the same time; 1 is the least.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Limits { json: json::Limits::default(), depth: 32, threads }
    }
}

/// Which entries of `index.json` a walk starts along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Start<'s> {
    /// All of them.
    #[default]
    Everywhere,
    /// Those whose `org.opencontainers.image.ref.name` is this.
    At(&'s str),
}

impl Start<'_> {
    /// Whether the walk follows this entry.
    pub fn takes(&self, entry: &Descriptor<'_>) -> bool {
        match self {
            Start::Everywhere => true,
            Start::At(name) => {
                let annotation =
                    entry.annotations.and_then(|map| map.get("org.opencontainers.image.ref.name"));
                annotation.and_then(Value::as_str).as_deref() == Some(*name)
            }
        }
    }
}

/// What the storage holds under a descriptor's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blob {
    /// Nobody looked: the walk did not start there, or does not go so deep.
    NotFollowed,
    /// The descriptor has no digest that could be looked for.
    Unnamed,
    /// There is no such blob.
    Missing,
    /// Something else than a regular file is in its place.
    NotAFile(EntryKind),
    /// It is there, but could not be read to its end.
    Unreadable(String),
    /// It is there.
    Stored(Stored),
}

/// A blob that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// How many bytes there are.
    pub size: u64,
    /// The digest of the bytes in the algorithm of the descriptor's digest; `None` if that
    /// algorithm is not known, so that nothing was verified.
    pub digest: Option<String>,
}

/// A document on the way.
#[derive(Debug)]
pub struct Visit<'v> {
    /// Where it is kept: a path in the layout.
    pub path: &'v str,
    /// What it is meant to be.
    pub kind: DocumentKind,
    /// The media type by which it is referred to; `None` for the two fixed files.
    pub referred_as: Option<&'v str>,
    /// Its bytes.
    pub bytes: &'v [u8],
    /// The same, read as JSON.
    pub document: &'v Result<Document<'v>, Anomaly>,
    /// What is stored under each of its descriptors, in the order of
    /// [`Index::descriptors`] or [`Manifest::descriptors`].
    pub blobs: &'v [Blob],
    /// For a manifest: its image configuration, where that is stored and is JSON.
    pub config: Option<&'v Document<'v>>,
    /// Whether its descriptors were left unvisited because the walk is at [`Limits::depth`].
    pub at_limit: bool,
}

/// What a walk came to.
#[derive(Debug)]
pub struct Walked<T> {
    /// What the visits returned: parents before children, children in the order of their
    /// descriptors.
    pub visits: Vec<T>,
    seen: Seen,
}

/// What is known of the blobs met so far, by path; and by kind, for those visited as documents.
type Seen = HashMap<(String, Option<DocumentKind>), Blob>;

impl<T> Walked<T> {
    /// The paths that the walk looked for, whether anything is stored there or not.
    pub fn reached(&self) -> HashSet<&str> {
        self.seen.keys().map(|(path, _)| path.as_str()).collect()
    }
}

/// Walks from `index.json`, calling `visit` for it and for every document below it that is
/// stored. A document that is referred to repeatedly is visited once.
///
/// # Errors
///
/// `index.json` cannot be opened or read.
pub fn walk<T: Send>(
    storage: &dyn Storage,
    version: SpecVersion,
    limits: &Limits,
    start: Start<'_>,
    visit: impl Fn(&Visit<'_>) -> T + Sync,
) -> Result<Walked<T>, OpenError> {
    let walk = Walk { storage, version, limits, start, visit, seen: Mutex::default() };
    let bytes = read_file(storage, layout::INDEX, limits.json.bytes)?;
    let root = Found { path: layout::INDEX.to_owned(), kind: DocumentKind::Index, referred_as: None, bytes };
    let visits = walk.document(&root, 0);
    let seen = walk.seen.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Walked { visits, seen })
}

/// Reads a file of the layout, but no further than one byte past `limit`: enough for the JSON
/// reader to see that it is too large.
///
/// # Errors
///
/// The file cannot be opened or read.
pub fn read_file(storage: &dyn Storage, path: &str, limit: usize) -> Result<Vec<u8>, OpenError> {
    let opened = storage.open(path)?;
    let most = limit.saturating_add(1);
    let mut bytes = Vec::with_capacity(most.min((opened.size as usize).saturating_add(1)));
    opened.reader.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a blob to its end in constant memory, hashing it by the algorithm of `digest`, with a
/// copy to `copy`.
pub fn read_blob(
    storage: &dyn Storage,
    path: &str,
    digest: &Digest<'_>,
    version: SpecVersion,
    copy: &mut dyn io::Write,
) -> Blob {
    let mut opened = match storage.open(path) {
        Ok(opened) => opened,
        Err(OpenError::Missing) => return Blob::Missing,
        Err(OpenError::NotAFile(kind)) => return Blob::NotAFile(kind),
        Err(OpenError::Io(error)) => return Blob::Unreadable(format!("{path}: {error}")),
    };
    let mut hasher = Algorithm::registered(digest.algorithm(), version).map(Hasher::new);
    let mut size = 0;
    let mut buffer = vec![0; (opened.size as usize).saturating_add(1).clamp(512, 1 << 17)];
    loop {
        let length = match opened.reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Blob::Unreadable(format!("{path}: {error}")),
        };
        size += length as u64;
        if let Some(hasher) = &mut hasher {
            hasher.update(&buffer[..length]);
        }
        // A copy that takes no more is no reason to stop: the digest covers every byte.
        let _ = copy.write_all(&buffer[..length]);
    }
    Blob::Stored(Stored { size, digest: hasher.map(Hasher::finish) })
}

struct Walk<'w, F> {
    storage: &'w dyn Storage,
    version: SpecVersion,
    limits: &'w Limits,
    start: Start<'w>,
    visit: F,
    seen: Mutex<Seen>,
}

/// A document that has been read, and not yet been visited.
struct Found {
    path: String,
    kind: DocumentKind,
    referred_as: Option<String>,
    bytes: Vec<u8>,
}

/// What following one descriptor came to.
struct Followed<T> {
    blob: Blob,
    config: Option<Vec<u8>>,
    below: Vec<T>,
}

impl<T> Followed<T> {
    fn nothing(blob: Blob) -> Self {
        Followed { blob, config: None, below: Vec::new() }
    }
}

impl<T: Send, F: Fn(&Visit<'_>) -> T + Sync> Walk<'_, F> {
    fn document(&self, found: &Found, depth: usize) -> Vec<T> {
        let document = Document::parse(&found.bytes, &self.limits.json);
        let descriptors: Vec<(Relation, Descriptor<'_>)> = match (&document, found.kind) {
            (Ok(document), DocumentKind::Index) => Index::of(document.root()).descriptors().collect(),
            (Ok(document), DocumentKind::Manifest) => Manifest::of(document.root()).descriptors().collect(),
            _ => Vec::new(),
        };
        let at_limit = depth >= self.limits.depth && !descriptors.is_empty();
        let followed = if at_limit {
            descriptors.iter().map(|_| Followed::nothing(Blob::NotFollowed)).collect()
        } else {
            self.follow_all(&descriptors, depth)
        };
        let mut blobs = Vec::with_capacity(followed.len());
        let mut below = Vec::new();
        let mut config = None;
        for mut one in followed {
            blobs.push(one.blob);
            below.append(&mut one.below);
            config = config.or(one.config);
        }
        let config = config.as_deref().and_then(|bytes| Document::parse(bytes, &self.limits.json).ok());
        let mut results = vec![(self.visit)(&Visit {
            path: &found.path,
            kind: found.kind,
            referred_as: found.referred_as.as_deref(),
            bytes: &found.bytes,
            document: &document,
            blobs: &blobs,
            config: config.as_ref(),
            at_limit,
        })];
        results.append(&mut below);
        results
    }

    /// Follows every descriptor of a document; many of them, and only at the root, in parallel.
    fn follow_all(&self, descriptors: &[(Relation, Descriptor<'_>)], depth: usize) -> Vec<Followed<T>> {
        const WORTH_THREADS: usize = 8;
        let threads = self.limits.threads.min(descriptors.len() / WORTH_THREADS + 1);
        let follow = |(relation, descriptor): &(Relation, Descriptor<'_>)| {
            let is_entry = depth == 0 && *relation == Relation::Entry;
            if is_entry && !self.start.takes(descriptor) {
                return Followed::nothing(Blob::NotFollowed);
            }
            self.follow(*relation, descriptor, depth)
        };
        if depth > 0 || threads < 2 {
            return descriptors.iter().map(follow).collect();
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let start = next.fetch_add(WORTH_THREADS, Ordering::Relaxed);
                let Some(rest) = descriptors.get(start..).filter(|rest| !rest.is_empty()) else {
                    return done;
                };
                let chunk = &rest[..rest.len().min(WORTH_THREADS)];
                done.push((start, chunk.iter().map(follow).collect::<Vec<_>>()));
            }
        };
        let mut chunks: Vec<(usize, Vec<Followed<T>>)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut chunks = work();
            for worker in workers {
                match worker.join() {
                    Ok(mut done) => chunks.append(&mut done),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            chunks
        });
        chunks.sort_by_key(|(start, _)| *start);
        chunks.into_iter().flat_map(|(_, chunk)| chunk).collect()
    }

    fn follow(&self, relation: Relation, descriptor: &Descriptor<'_>, depth: usize) -> Followed<T> {
        let digest_text = descriptor.digest_text();
        let Some(digest) = digest_text.as_deref().and_then(|text| Digest::parse(text).ok()) else {
            return Followed::nothing(Blob::Unnamed);
        };
        let path = layout::blob_path(&digest);
        let referred_as = descriptor.media_type_text();
        let kind = referred_as.as_deref().and_then(|name| document_kind(relation, name, self.version));
        let known = self.seen(&path, kind);
        let Some(kind) = kind else {
            let blob = known.unwrap_or_else(|| self.read(&path, &digest, &mut io::sink()));
            self.remember(path, None, &blob);
            return Followed::nothing(blob);
        };
        let is_config = kind == DocumentKind::Config;
        if let Some(blob) = &known
            && !is_config
        {
            return Followed::nothing(blob.clone());
        }
        let mut kept = Kept { bytes: Vec::new(), limit: self.limits.json.bytes };
        let blob = self.read(&path, &digest, &mut kept);
        self.remember(path.clone(), Some(kind), &blob);
        if !matches!(blob, Blob::Stored(_)) {
            return Followed::nothing(blob);
        }
        let found =
            Found { path, kind, referred_as: referred_as.map(|name| name.into_owned()), bytes: kept.bytes };
        let below = if known.is_none() { self.document(&found, depth + 1) } else { Vec::new() };
        Followed { blob, config: is_config.then_some(found.bytes), below }
    }

    fn read(&self, path: &str, digest: &Digest<'_>, copy: &mut dyn io::Write) -> Blob {
        read_blob(self.storage, path, digest, self.version, copy)
    }

    fn seen(&self, path: &str, kind: Option<DocumentKind>) -> Option<Blob> {
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.get(&(path.to_owned(), kind)).cloned()
    }

    fn remember(&self, path: String, kind: Option<DocumentKind>, blob: &Blob) {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.insert((path, kind), blob.clone());
    }
}

/// The document that a descriptor leads to; `None` for content that is opaque to image-spec.
fn document_kind(relation: Relation, media_type: &str, version: SpecVersion) -> Option<DocumentKind> {
    match (relation, media_type::kind(media_type, version)) {
        (Relation::Entry | Relation::Subject, media_type::Kind::Index) => Some(DocumentKind::Index),
        (Relation::Entry | Relation::Subject, media_type::Kind::Manifest) => Some(DocumentKind::Manifest),
        (Relation::Config, media_type::Kind::Config) => Some(DocumentKind::Config),
        _ => None,
    }
}

/// Keeps what is written to it, up to one byte past a limit.
struct Kept {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Kept {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let room = self.limit.saturating_add(1).saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&buffer[..buffer.len().min(room)]);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
