//! Walking the graph of an image: from `index.json` along the descriptors to every blob.
//!
//! The walk reads, hashes and parses each blob once, hands every document to a visitor, and
//! keeps no more in memory than the documents between the root and where it stands. Blobs may
//! be missing (image-layout.md allows it), lie about their size, or be shared by many parents.

mod threads;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{self, Read};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::digest::{Algorithm, Digest, Hasher};
use crate::json::{self, Anomaly, Document, Value};
use crate::layer::{self, Layer};
use crate::layout::{self, EntryKind, OpenError, Opened, Storage};
use crate::media_type;
use crate::spec::SpecVersion;
use crate::tar::Member;
use crate::views::{Config, Descriptor, DocumentKind, Index, Manifest, Relation, RootFs, items, text};

use threads::Threads;

/// How far a walk goes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The bounds of a single document.
    pub json: json::Limits,
    /// The bounds of a single layer.
    pub layer: layer::Limits,
    /// The deepest nesting of indexes and subjects that is followed. No tool makes more than
    /// three levels; the specification sets no bound.
    pub depth: usize,
    /// How many threads work at the same time; 1 is the least.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // The system reads several files to tell.
        static THREADS: LazyLock<usize> =
            LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
        let threads = *THREADS;
        Limits { json: json::Limits::default(), layer: layer::Limits::default(), depth: 32, threads }
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
    /// What was read of each layer of an image, in the same order; `None` for everything else, and for
    /// what is no layer of a type that the version registers.
    pub layers: &'v [Option<Arc<Layer>>],
    /// For a manifest: its image configuration, where that is stored and is JSON.
    pub config: Option<&'v Document<'v>>,
    /// Whether its descriptors were left unvisited because the walk is at [`Limits::depth`].
    pub at_limit: bool,
}

/// Whoever looks at what a walk comes by. A function of a [`Visit`] is one that does not look into
/// layers: they are hashed as any other blob is.
pub trait Visitor: Sync {
    /// What looking at a document or a layer comes to.
    type Visited: Send;
    /// What is kept while the entries of a layer go by.
    type Entries;

    /// Looks at a document.
    fn document(&self, visit: &Visit<'_>) -> Self::Visited;

    /// Begins with a layer of an image, that is kept at `path`; `None` leaves all layers shut. A layer
    /// that is referred to repeatedly is looked at once.
    fn begin(&self, path: &str) -> Option<Self::Entries>;

    /// Looks at the next entry of the layer.
    fn entry(&self, entries: &mut Self::Entries, member: &Member);

    /// Ends with the layer.
    fn end(&self, entries: Self::Entries, layer: &Layer) -> Self::Visited;
}

impl<T: Send, F: Fn(&Visit<'_>) -> T + Sync> Visitor for F {
    type Visited = T;
    type Entries = Infallible;

    fn document(&self, visit: &Visit<'_>) -> T {
        self(visit)
    }

    fn begin(&self, _: &str) -> Option<Infallible> {
        None
    }

    fn entry(&self, entries: &mut Infallible, _: &Member) {
        match *entries {}
    }

    fn end(&self, entries: Infallible, _: &Layer) -> T {
        match entries {}
    }
}

/// What a walk came to.
#[derive(Debug)]
pub struct Walked<T> {
    /// What the visits returned: parents before children, children in the order of their
    /// descriptors. A layer follows the manifest under which it was read.
    pub visits: Vec<T>,
    /// What is stored at the paths where the walk looked for blobs.
    pub blobs: HashMap<String, Blob>,
}

/// What is known of the blobs met so far, by path; and by kind, for those visited as documents.
type Seen = HashMap<(String, Option<DocumentKind>), Blob>;

/// Walks from `index.json`, showing to `visitor` that and every document below it that is stored,
/// and the layers of images. A document that is referred to repeatedly is visited once.
///
/// # Errors
///
/// `index.json` cannot be opened or read.
pub fn walk<V: Visitor>(
    storage: &dyn Storage,
    version: SpecVersion,
    limits: &Limits,
    start: Start<'_>,
    visitor: V,
) -> Result<Walked<V::Visited>, OpenError> {
    let walk = Walk {
        storage,
        version,
        limits,
        start,
        visitor,
        seen: Mutex::default(),
        layers: Mutex::default(),
        threads: Threads::new(limits.threads),
    };
    let bytes = read_file(storage, layout::INDEX, limits.json.bytes)?;
    let root = Found { path: layout::INDEX.to_owned(), kind: DocumentKind::Index, referred_as: None, bytes };
    let visits = walk.document(&root, 0);
    let seen = walk.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let layers = walk.layers.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut blobs: HashMap<String, Blob> = seen.into_iter().map(|((path, _), blob)| (path, blob)).collect();
    blobs.extend(layers.into_iter().map(|(path, readings)| (path, readings.into_blob())));
    Ok(Walked { visits, blobs })
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
    let mut opened = match open(storage, path) {
        Ok(opened) => opened,
        Err(blob) => return blob,
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

fn open<'s>(storage: &'s dyn Storage, path: &str) -> Result<Opened<'s>, Blob> {
    storage.open(path).map_err(|error| match error {
        OpenError::Missing => Blob::Missing,
        OpenError::NotAFile(kind) => Blob::NotAFile(kind),
        OpenError::Io(error) => Blob::Unreadable(format!("{path}: {error}")),
    })
}

struct Walk<'w, V> {
    storage: &'w dyn Storage,
    version: SpecVersion,
    limits: &'w Limits,
    start: Start<'w>,
    visitor: V,
    seen: Mutex<Seen>,
    layers: Mutex<Layers>,
    threads: Threads,
}

/// The layers that have been read or are being read, by path.
type Layers = HashMap<String, Readings>;

/// What reading a layer came to.
type Reading = (Blob, Option<Arc<Layer>>);

/// What is known of one layer.
#[derive(Default)]
struct Readings {
    /// What reading it came to, by the algorithms of its DiffIDs.
    by_diff_ids: HashMap<Vec<Algorithm>, Arc<OnceLock<Reading>>>,
    /// Whether its entries have been shown.
    is_visited: bool,
}

impl Readings {
    fn into_blob(self) -> Blob {
        let mut blobs = self.by_diff_ids.into_values().filter_map(|place| Some(place.get()?.0.clone()));
        blobs.next().unwrap_or(Blob::NotFollowed)
    }
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
    layer: Option<Arc<Layer>>,
    /// A configuration, that is left to the manifest to visit; and whether it is to be visited.
    config: Option<(Found, bool)>,
    below: Vec<T>,
}

impl<T> Followed<T> {
    fn nothing(blob: Blob) -> Self {
        Followed { blob, layer: None, config: None, below: Vec::new() }
    }
}

/// Where the walk stands: at the descriptors of a document.
struct Standing {
    depth: usize,
    /// For the manifest of an image, the algorithms of its DiffIDs, once its configuration is read.
    diff_ids: Option<Vec<Algorithm>>,
}

impl<V: Visitor> Walk<'_, V> {
    /// Visits a document and what lies below it.
    fn document(&self, found: &Found, depth: usize) -> Vec<V::Visited> {
        self.parsed(found, &Document::parse(&found.bytes, &self.limits.json), depth)
    }

    fn parsed(
        &self,
        found: &Found,
        document: &Result<Document<'_>, Anomaly>,
        depth: usize,
    ) -> Vec<V::Visited> {
        let descriptors: Vec<(Relation, Descriptor<'_>)> = match (document, found.kind) {
            (Ok(document), DocumentKind::Index) => Index::of(document.root()).descriptors().collect(),
            (Ok(document), DocumentKind::Manifest) => Manifest::of(document.root()).descriptors().collect(),
            _ => Vec::new(),
        };
        let at_limit = depth >= self.limits.depth && !descriptors.is_empty();
        let mut standing = Standing { depth, diff_ids: None };
        // The configuration comes first, as it says which digests of the layers are wanted. It is parsed
        // once, for itself and for those who look at it together with the manifest.
        let (image, others) = match &descriptors[..] {
            [(Relation::Config, config), others @ ..] if !at_limit => (Some(config), others),
            all => (None, all),
        };
        let mut first = image.map(|config| self.follow(Relation::Config, config, &standing));
        let config = first.as_mut().and_then(|one| one.config.take());
        let parsed = config.as_ref().map(|(found, _)| Document::parse(&found.bytes, &self.limits.json));
        if let (Some(one), Some((found, true)), Some(document)) = (&mut first, &config, &parsed) {
            one.below = self.parsed(found, document, depth + 1);
        }
        let config = parsed.as_ref().and_then(|document| document.as_ref().ok());
        if image.is_some_and(|config| self.document_kind(Relation::Config, config).is_some()) {
            standing.diff_ids =
                Some(config.map(|document| self.diff_id_algorithms(document)).unwrap_or_default());
        }
        let mut followed: Vec<_> = first.into_iter().collect();
        if at_limit {
            followed.extend(others.iter().map(|_| Followed::nothing(Blob::NotFollowed)));
        } else {
            followed.append(&mut self.follow_all(others, &standing));
        }
        let mut blobs = Vec::with_capacity(followed.len());
        let mut layers = Vec::with_capacity(followed.len());
        let mut below = Vec::new();
        for mut one in followed {
            blobs.push(one.blob);
            layers.push(one.layer);
            below.append(&mut one.below);
        }
        let mut results = Vec::with_capacity(1 + below.len());
        results.push(self.visitor.document(&Visit {
            path: &found.path,
            kind: found.kind,
            referred_as: found.referred_as.as_deref(),
            bytes: &found.bytes,
            document,
            blobs: &blobs,
            layers: &layers,
            config,
            at_limit,
        }));
        results.append(&mut below);
        results
    }

    /// Follows descriptors of a document: at the root many of them in parallel, and below any manifest
    /// its layers.
    fn follow_all(
        &self,
        descriptors: &[(Relation, Descriptor<'_>)],
        standing: &Standing,
    ) -> Vec<Followed<V::Visited>> {
        const WORTH_THREADS: usize = 8;
        let is_layer = |(relation, _): &&(Relation, Descriptor<'_>)| *relation == Relation::Layer;
        let (layers, others) = descriptors.split_at(descriptors.iter().take_while(is_layer).count());
        // The largest first, so that no thread is left alone with it at the end.
        let mut order: Vec<usize> = (0..layers.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(layers[at].1.size_value()));
        let read =
            self.threads.in_parallel(&order, 1, |&at| self.follow(layers[at].0, &layers[at].1, standing));
        let mut read: Vec<_> = order.into_iter().zip(read).collect();
        read.sort_by_key(|(at, _)| *at);
        let mut followed: Vec<_> = read.into_iter().map(|(_, one)| one).collect();
        let chunk = if standing.depth == 0 { WORTH_THREADS } else { usize::MAX };
        followed.append(&mut self.threads.in_parallel(others, chunk, |(relation, descriptor)| {
            let is_entry = standing.depth == 0 && *relation == Relation::Entry;
            if is_entry && !self.start.takes(descriptor) {
                return Followed::nothing(Blob::NotFollowed);
            }
            self.follow(*relation, descriptor, standing)
        }));
        followed
    }

    fn follow(
        &self,
        relation: Relation,
        descriptor: &Descriptor<'_>,
        standing: &Standing,
    ) -> Followed<V::Visited> {
        let digest_text = descriptor.digest_text();
        let Some(digest) = digest_text.as_deref().and_then(|text| Digest::parse(text).ok()) else {
            return Followed::nothing(Blob::Unnamed);
        };
        let path = layout::blob_path(&digest);
        let referred_as = descriptor.media_type_text();
        if let (Relation::Layer, Some(wanted)) = (relation, &standing.diff_ids)
            && is_layer_type(referred_as.as_deref(), self.version)
            && let Some(followed) = self.layer(&path, &digest, wanted)
        {
            return followed;
        }
        let kind = self.document_kind(relation, descriptor);
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
        // Another thread may have come here at the same time: only one of them visits.
        let is_first = self.remember(path.clone(), Some(kind), &blob);
        if !matches!(blob, Blob::Stored(_)) {
            return Followed::nothing(blob);
        }
        let found =
            Found { path, kind, referred_as: referred_as.map(|name| name.into_owned()), bytes: kept.bytes };
        if is_config {
            return Followed { config: Some((found, is_first)), ..Followed::nothing(blob) };
        }
        let below = if is_first { self.document(&found, standing.depth + 1) } else { Vec::new() };
        Followed { below, ..Followed::nothing(blob) }
    }

    /// Reads a layer, unless somebody has; `None` if the visitor leaves layers shut.
    fn layer(&self, path: &str, digest: &Digest<'_>, wanted: &[Algorithm]) -> Option<Followed<V::Visited>> {
        let mut entries = self.visitor.begin(path)?;
        let place = {
            let mut layers = locked(&self.layers);
            let known = layers.entry(path.to_owned()).or_default();
            known.by_diff_ids.entry(wanted.to_vec()).or_default().clone()
        };
        // Another thread that comes here for the same layer waits until this one has read it.
        let mut is_read = false;
        let (blob, layer) = place.get_or_init(|| {
            is_read = true;
            let opened = match open(self.storage, path) {
                Ok(opened) => opened,
                Err(blob) => return (blob, None),
            };
            let stored = Algorithm::registered(digest.algorithm(), self.version);
            let mut visit = |member: &Member, _: &mut dyn Read| self.visitor.entry(&mut entries, member);
            let hired = self.threads.hire(usize::from(!wanted.is_empty()));
            let read = if hired == 0 { layer::read } else { layer::read_on_two_threads };
            let read = read(opened.reader, stored, wanted, &self.limits.layer, &mut visit);
            self.threads.dismiss(hired);
            match read {
                Ok(layer) => (Blob::Stored(layer.stored.clone()), Some(Arc::new(layer))),
                Err(error) => (Blob::Unreadable(format!("{path}: {error}")), None),
            }
        });
        let below = match layer {
            Some(layer) if is_read && self.visits_layer(path) => vec![self.visitor.end(entries, layer)],
            _ => Vec::new(),
        };
        Some(Followed { blob: blob.clone(), layer: layer.clone(), config: None, below })
    }

    /// Whether the entries of a layer that has been read are still to be shown; asked once.
    fn visits_layer(&self, path: &str) -> bool {
        let mut layers = locked(&self.layers);
        layers.get_mut(path).is_some_and(|known| !std::mem::replace(&mut known.is_visited, true))
    }

    /// The document that a descriptor leads to; `None` for content that is opaque to image-spec.
    fn document_kind(&self, relation: Relation, descriptor: &Descriptor<'_>) -> Option<DocumentKind> {
        match (relation, media_type::kind(&descriptor.media_type_text()?, self.version)) {
            (Relation::Entry | Relation::Subject, media_type::Kind::Index) => Some(DocumentKind::Index),
            (Relation::Entry | Relation::Subject, media_type::Kind::Manifest) => Some(DocumentKind::Manifest),
            (Relation::Config, media_type::Kind::Config) => Some(DocumentKind::Config),
            _ => None,
        }
    }

    /// The algorithms of the DiffIDs of a configuration.
    fn diff_id_algorithms(&self, document: &Document<'_>) -> Vec<Algorithm> {
        let rootfs = Config::of(document.root()).rootfs.filter(|value| value.is_object()).map(RootFs::of);
        let mut algorithms: Vec<Algorithm> = items(rootfs.and_then(|rootfs| rootfs.diff_ids))
            .filter_map(|value| {
                let digest = text(Some(value))?;
                Algorithm::registered(Digest::parse(&digest).ok()?.algorithm(), self.version)
            })
            .collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        algorithms
    }

    fn read(&self, path: &str, digest: &Digest<'_>, copy: &mut dyn io::Write) -> Blob {
        read_blob(self.storage, path, digest, self.version, copy)
    }

    fn seen(&self, path: &str, kind: Option<DocumentKind>) -> Option<Blob> {
        locked(&self.seen).get(&(path.to_owned(), kind)).cloned()
    }

    /// Keeps what a blob came to, and says whether nothing was known of it.
    fn remember(&self, path: String, kind: Option<DocumentKind>, blob: &Blob) -> bool {
        locked(&self.seen).insert((path, kind), blob.clone()).is_none()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_layer_type(media_type: Option<&str>, version: SpecVersion) -> bool {
    media_type.is_some_and(|name| matches!(media_type::kind(name, version), media_type::Kind::Layer { .. }))
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

#[cfg(test)]
mod tests;
