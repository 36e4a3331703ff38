//! One image of a layout: its manifest, its configuration and its layers, found by name and platform.

mod layer_files;
mod root_directory;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;

use seaworthy_image::digest::Digest;
use seaworthy_image::graph::{self, Blob, Start, read_blob, read_file};
use seaworthy_image::identity::image_id;
use seaworthy_image::json::{AnomalyKind, Document, Limits};
use seaworthy_image::layout::{self, OpenError, Storage, blob_path};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, Descriptor, Index, Manifest, Platform as PlatformView, items, text};

pub use layer_files::LayerFiles;
pub use root_directory::RootDirectory;

/// One image of a layout.
#[derive(Debug, Clone)]
pub struct Image {
    /// The digest of its manifest, as the index gives it.
    pub manifest_digest: String,
    /// The bytes of its manifest.
    pub manifest: Vec<u8>,
    /// The digest of its configuration, as the manifest gives it.
    pub config_digest: String,
    /// The bytes of its configuration.
    pub config: Vec<u8>,
    /// Its layers, base first.
    pub layers: Vec<Layer>,
    /// The digest of one of these documents that could not be verified, since its algorithm is not known.
    pub unverified: Option<String>,
    /// The first document on the way to it that can be read in more than one way, and why.
    pub ambiguous: Option<String>,
}

/// A layer as its descriptor gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The media type.
    pub media_type: String,
    /// The digest.
    pub digest: String,
}

impl Image {
    /// Where the configuration is kept.
    pub fn config_path(&self) -> String {
        Digest::parse(&self.config_digest).map(|digest| blob_path(&digest)).unwrap_or_default()
    }

    /// The image itself, if every program that reads its documents takes the same out of them.
    ///
    /// # Errors
    ///
    /// One of them can be read in more than one way.
    pub fn clear(self) -> Result<Image, ImageError> {
        match self.ambiguous {
            Some(ambiguous) => Err(ImageError::Ambiguous(ambiguous)),
            None => Ok(self),
        }
    }
}

/// Why programs may take different things out of a document, if they may. What is odd within a string is not
/// counted.
pub fn ambiguity(document: &Document<'_>) -> Option<AnomalyKind> {
    let mut kinds = document.anomalies().iter().map(|anomaly| anomaly.kind);
    kinds.find(|kind| matches!(kind, AnomalyKind::DuplicateName | AnomalyKind::TrailingData))
}

/// An operating system, an architecture, and perhaps a variant: `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// `os`.
    pub os: String,
    /// `architecture`.
    pub architecture: String,
    /// `variant`; without one any will do.
    pub variant: Option<String>,
}

impl FromStr for Platform {
    type Err = String;

    fn from_str(text: &str) -> Result<Platform, String> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts[..] {
            [os, architecture] if !os.is_empty() && !architecture.is_empty() => {
                Ok(Platform { os: os.to_owned(), architecture: architecture.to_owned(), variant: None })
            }
            [os, architecture, variant] if parts.iter().all(|part| !part.is_empty()) => Ok(Platform {
                os: os.to_owned(),
                architecture: architecture.to_owned(),
                variant: Some(variant.to_owned()),
            }),
            _ => {
                Err("a platform is OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, such as linux/amd64"
                    .to_owned())
            }
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

impl Platform {
    fn suits(&self, wanted: &Platform) -> bool {
        let variant = wanted.variant.is_none() || self.variant == wanted.variant;
        self.os == wanted.os && self.architecture == wanted.architecture && variant
    }
}

/// Why there is no image to be had.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// A file that has to be there.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A document that programs read differently: to go by one reading would be a guess.
    #[error("{0}")]
    Ambiguous(String),
    /// Nothing of that name, or nothing at all.
    #[error("{0}")]
    None(String),
    /// More than one image could be meant.
    #[error("there are images for several platforms; choose one with --platform: {}", platforms(.0))]
    Several(Vec<Option<Platform>>),
    /// Images of several names, and none was asked for.
    #[error("there are several images; choose one by its name, as in oci:PATH:REF: {}", .0.join(", "))]
    Unnamed(Vec<String>),
    /// No image for that platform.
    #[error("there is no image for {wanted}; there is one for {}", platforms(.known))]
    NoPlatform {
        /// What was asked for.
        wanted: Platform,
        /// What there is.
        known: Vec<Option<Platform>>,
    },
}

fn platforms(platforms: &[Option<Platform>]) -> String {
    const MOST: usize = 20;
    let name = |platform: &Option<Platform>| {
        platform.as_ref().map_or("an unnamed one".to_owned(), Platform::to_string)
    };
    let mut names: Vec<String> = platforms.iter().take(MOST).map(name).collect();
    if platforms.len() > MOST {
        names.push(format!("{} more", platforms.len() - MOST));
    }
    names.join(", ")
}

/// Finds the image called `reference`, or the only one, for a platform, or for the only one.
///
/// # Errors
///
/// There is none, there are several, or a document on the way to it cannot be used.
pub fn find(
    storage: &dyn Storage,
    reference: Option<&str>,
    platform: Option<&Platform>,
    version: SpecVersion,
    limits: &Limits,
) -> Result<Image, ImageError> {
    let start = reference.map_or(Start::Everywhere, Start::At);
    let mut found = 0_usize;
    let mut first = None;
    let mut names = BTreeSet::new();
    let mut known = Vec::new();
    search(storage, start, version, limits, &mut |candidate| {
        let fits = |wanted| candidate.platform.as_ref().is_some_and(|platform| platform.suits(wanted));
        if known.len() < PLATFORMS && !known.contains(&candidate.platform) {
            known.push(candidate.platform.clone());
        }
        if platform.is_none_or(fits) {
            found += 1;
            names.insert(candidate.name.unwrap_or_default());
            first.get_or_insert(candidate.image);
        }
    })?;
    match (first, platform) {
        (None, Some(wanted)) if !known.is_empty() => {
            Err(ImageError::NoPlatform { wanted: wanted.clone(), known })
        }
        (None, _) => {
            let name = reference.map_or(String::new(), |name| format!(" called {name:?}"));
            Err(ImageError::None(format!(
                "the layout has no image{name}: no manifest leads to an image configuration"
            )))
        }
        (Some(only), _) if found == 1 => Ok(only),
        _ if names.len() > 1 => Err(ImageError::Unnamed(names.into_iter().take(NAMES).map(shown).collect())),
        // Of several for one platform in an index, the first is the one.
        (Some(first), Some(_)) => Ok(first),
        (Some(_), None) => Err(ImageError::Several(known)),
    }
}

fn shown(name: String) -> String {
    if name.is_empty() { "one without a name".to_owned() } else { format!("{name:?}") }
}

/// The ids of all images of a layout.
///
/// # Errors
///
/// A document on the way to one of them cannot be used.
pub fn ids(
    storage: &dyn Storage,
    version: SpecVersion,
    limits: &Limits,
) -> Result<BTreeSet<String>, ImageError> {
    let mut ids = BTreeSet::new();
    search(storage, Start::Everywhere, version, limits, &mut |candidate| {
        ids.insert(image_id(&candidate.image.config));
    })?;
    Ok(ids)
}

/// Hands over the images that `index.json` leads to, in the order in which it lists them, each once.
fn search(
    storage: &dyn Storage,
    start: Start<'_>,
    version: SpecVersion,
    limits: &Limits,
    take: &mut dyn FnMut(Candidate),
) -> Result<(), ImageError> {
    let index =
        read_file(storage, layout::INDEX, limits.bytes).map_err(|error| failed(layout::INDEX, error))?;
    let mut search = Search { storage, version, limits, seen: HashSet::new(), take };
    search.index(layout::INDEX, &index, start, &Way::default())
}

/// More names than these help nobody.
const NAMES: usize = 20;
/// How many different platforms are kept to be told of. The largest index in the wild has some thirty.
const PLATFORMS: usize = 1000;

/// An image that may be the one.
struct Candidate {
    /// The ref.name of the entry of `index.json` that it was found by.
    name: Option<String>,
    platform: Option<Platform>,
    image: Image,
}

/// The deepest nesting of indexes that is followed; no tool makes more than two levels.
const DEPTH: usize = 8;

/// How an index was come to.
#[derive(Debug, Clone, Default)]
struct Way {
    /// The ref.name that it began with.
    name: Option<String>,
    /// A digest on it that could not be verified.
    unverified: Option<String>,
    /// A document on it that can be read in more than one way.
    ambiguous: Option<String>,
    /// How many indexes there were before.
    depth: usize,
}

/// A document that was read.
struct Read {
    path: String,
    bytes: Vec<u8>,
    /// Its digest, if that could not be verified.
    unverified: Option<String>,
}

struct Search<'s> {
    storage: &'s dyn Storage,
    version: SpecVersion,
    limits: &'s Limits,
    /// The digests of what was looked at. A few indexes that list each other many times over would
    /// otherwise keep us for ever; and one manifest may be listed several times, under several names.
    seen: HashSet<String>,
    take: &'s mut dyn FnMut(Candidate),
}

impl Search<'_> {
    fn index(&mut self, path: &str, bytes: &[u8], start: Start<'_>, way: &Way) -> Result<(), ImageError> {
        let document = self.parse(path, bytes)?;
        let way =
            Way { ambiguous: way.ambiguous.clone().or_else(|| unclear(path, &document)), ..way.clone() };
        for entry in items(Index::of(document.root()).manifests).map(Descriptor::of) {
            if !start.takes(&entry) {
                continue;
            }
            let kind = kind(&entry, self.version);
            let is_followed = match kind {
                Some(media_type::Kind::Index) => way.depth < DEPTH,
                Some(media_type::Kind::Manifest) => true,
                _ => false,
            };
            let digest = || entry.digest_text().unwrap_or_default().into_owned();
            if !is_followed || !self.seen.insert(digest()) {
                continue;
            }
            // Names stand in `index.json` only.
            let own = || text(entry.annotations?.get("org.opencontainers.image.ref.name"));
            let name = match way.depth {
                0 => own().map(Cow::into_owned),
                _ => way.name.clone(),
            };
            if kind == Some(media_type::Kind::Manifest) {
                self.manifest(&entry, Way { name, ..way.clone() })?;
            } else {
                let Read { path, bytes, unverified } = self.blob(&entry)?;
                let unverified = way.unverified.clone().or(unverified);
                let way = Way { name, unverified, depth: way.depth + 1, ..way.clone() };
                self.index(&path, &bytes, Start::Everywhere, &way)?;
            }
        }
        Ok(())
    }

    /// Adds the image that a manifest is of; an artifact is none.
    fn manifest(&mut self, entry: &Descriptor<'_>, way: Way) -> Result<(), ImageError> {
        let Read { path, bytes, unverified } = self.blob(entry)?;
        let document = self.parse(&path, &bytes)?;
        let manifest = Manifest::of(document.root());
        let Some(config) = manifest.config.map(Descriptor::of) else { return Ok(()) };
        if kind(&config, self.version) != Some(media_type::Kind::Config) {
            return Ok(());
        }
        let read = self.blob(&config)?;
        let parsed = self.parse(&read.path, &read.bytes)?;
        let platform = entry
            .platform
            .map(PlatformView::of)
            .and_then(|platform| platform_of(platform.os, platform.architecture, platform.variant));
        let config_view = Config::of(parsed.root());
        let platform =
            platform.or_else(|| platform_of(config_view.os, config_view.architecture, config_view.variant));
        let layers = items(manifest.layers).map(Descriptor::of).map(|layer| Layer {
            media_type: layer.media_type_text().unwrap_or_default().into_owned(),
            digest: layer.digest_text().unwrap_or_default().into_owned(),
        });
        let image = Image {
            manifest_digest: entry.digest_text().unwrap_or_default().into_owned(),
            config_digest: config.digest_text().unwrap_or_default().into_owned(),
            layers: layers.collect(),
            manifest: bytes.clone(),
            unverified: way.unverified.or(unverified).or(read.unverified),
            ambiguous: way
                .ambiguous
                .or_else(|| unclear(&path, &document))
                .or_else(|| unclear(&read.path, &parsed)),
            config: read.bytes,
        };
        (self.take)(Candidate { name: way.name, platform, image });
        Ok(())
    }

    /// Reads a document, and compares it with its descriptor's size and digest.
    fn blob(&self, descriptor: &Descriptor<'_>) -> Result<Read, ImageError> {
        let digest = descriptor.digest_text().unwrap_or_default();
        let Ok(digest) = Digest::parse(&digest) else {
            return Err(failed("a descriptor", format!("its digest {digest:?} is none")));
        };
        let wanted = descriptor.size_value().and_then(|size| u64::try_from(size).ok());
        let path = blob_path(&digest);
        let mut bytes = Bounded { bytes: Vec::new(), room: self.limits.bytes };
        match read_blob(self.storage, &path, &digest, self.version, &mut bytes) {
            Blob::Stored(stored) if stored.size > self.limits.bytes as u64 => {
                Err(failed(&path, format!("it is larger than {} bytes", self.limits.bytes)))
            }
            Blob::Stored(graph::Stored { digest: Some(found), .. }) if found != digest.to_string() => {
                Err(failed(&path, format!("its digest is {found}")))
            }
            Blob::Stored(stored) if descriptor.size.is_some() && wanted != Some(stored.size) => {
                let size = stored.size;
                Err(failed(&path, format!("it has {size} bytes, and not as many as its descriptor says")))
            }
            Blob::Stored(stored) => {
                let unverified = stored.digest.is_none().then(|| digest.to_string());
                Ok(Read { path, bytes: bytes.bytes, unverified })
            }
            Blob::Missing => Err(failed(&path, OpenError::Missing)),
            Blob::NotAFile(kind) => Err(failed(&path, OpenError::NotAFile(kind))),
            Blob::Unreadable(reason) => Err(ImageError::None(reason)),
            Blob::NotFollowed | Blob::Unnamed => Err(failed(&path, "it cannot be read")),
        }
    }

    fn parse<'b>(&self, path: &str, bytes: &'b [u8]) -> Result<Document<'b>, ImageError> {
        Document::parse(bytes, self.limits).map_err(|anomaly| failed(path, anomaly.kind))
    }
}

/// What a descriptor leads to; Docker's types are taken for those they became.
pub(crate) fn kind(descriptor: &Descriptor<'_>, version: SpecVersion) -> Option<media_type::Kind> {
    let name = descriptor.media_type_text()?;
    let oci = media_type::docker_equivalent(&name).map_or(name.as_ref(), |equivalent| equivalent.oci);
    Some(media_type::kind(oci, version))
}

/// What is to be said of a document that can be read in more than one way.
fn unclear(path: &str, document: &Document<'_>) -> Option<String> {
    ambiguity(document).map(|kind| format!("{path} can be read in more than one way: {kind}"))
}

fn failed(path: &str, reason: impl fmt::Display) -> ImageError {
    ImageError::File { path: path.to_owned(), reason: reason.to_string() }
}

fn platform_of(
    os: Option<seaworthy_image::json::Value<'_>>,
    architecture: Option<seaworthy_image::json::Value<'_>>,
    variant: Option<seaworthy_image::json::Value<'_>>,
) -> Option<Platform> {
    Some(Platform {
        os: text(os)?.into_owned(),
        architecture: text(architecture)?.into_owned(),
        variant: text(variant).map(|variant| variant.into_owned()),
    })
}

/// Keeps no more bytes than there is room for.
struct Bounded {
    bytes: Vec<u8>,
    room: usize,
}

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let length = bytes.len().min(self.room - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..length]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::shape::Shape;
    use seaworthy_image::digest::{Algorithm, digest_of};
    use seaworthy_image::layout::Memory;

    use super::*;

    /// Six levels of indexes, each of which lists the next one a hundred times: a million million ways.
    #[test]
    fn what_is_listed_over_and_over_is_read_once() {
        let mut layout = Shape::Image.layout().clone();
        let find = |layout: &Memory| find(layout, None, None, SpecVersion::V1_1_1, &Limits::default());
        let wanted = find(&layout).unwrap();
        for _ in 0..6 {
            let inner = layout.files[layout::INDEX].clone();
            let digest = digest_of(Algorithm::Sha256, &inner);
            let entry = format!(
                r#"{{"mediaType":"{}","digest":"{digest}","size":{}}}"#,
                media_type::INDEX,
                inner.len()
            );
            let entries = vec![entry; 100].join(",");
            let outer = format!(r#"{{"schemaVersion":2,"manifests":[{entries}]}}"#);
            layout.files.insert(blob_path(&Digest::parse(&digest).unwrap()), inner);
            layout.files.insert(layout::INDEX.to_owned(), outer.into_bytes());
        }
        assert_eq!(find(&layout).unwrap().config, wanted.config);
    }

    /// However many images there are before it.
    #[test]
    fn the_last_of_many_images_is_found() {
        const MANY: usize = 1500;
        let mut layout = Memory::default();
        let mut add = |media_type: &str, text: String| {
            let digest = digest_of(Algorithm::Sha256, text.as_bytes());
            let entry =
                format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{}}}"#, text.len());
            layout.files.insert(blob_path(&Digest::parse(&digest).unwrap()), text.into_bytes());
            entry
        };
        let mut image = |architecture: &str| {
            let config = format!(r#"{{"os":"linux","architecture":"{architecture}"}}"#);
            let config = add(media_type::CONFIG, config);
            add(media_type::MANIFEST, format!(r#"{{"schemaVersion":2,"config":{config},"layers":[]}}"#))
        };
        let entries: Vec<_> =
            (0..MANY).map(|at| format!("cpu{at}")).chain(["amd64".into()]).map(|it| image(&it)).collect();
        let index = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, entries.join(","));
        layout.files.insert(layout::INDEX.to_owned(), index.into_bytes());

        let (version, limits) = (SpecVersion::V1_1_1, Limits::default());
        let platform = "linux/amd64".parse().unwrap();
        let found = find(&layout, None, Some(&platform), version, &limits).unwrap();
        let ids = ids(&layout, version, &limits).unwrap();
        assert!(ids.len() == MANY + 1 && ids.contains(&image_id(&found.config)));
        let error = find(&layout, None, None, version, &limits).unwrap_err().to_string();
        assert!(error.ends_with("linux/cpu19, 980 more"), "{error}");
    }
}
