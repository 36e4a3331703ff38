//! Choosing the image to unpack: by its name in the layout, and by its platform.

use std::str::FromStr;

use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::graph::{Start, read_file};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{self, Storage, blob_path};
use seaworthy_image::media_type::{self, Kind};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, Descriptor, Index, Manifest, Platform as View, RootFs, items, text};

use super::Layer;
use crate::printable::printable;

/// The version that knows most types and algorithms.
const VERSION: SpecVersion = SpecVersion::Dev;
/// The deepest nesting of indexes; no tool makes more than two levels.
const DEPTH: usize = 8;
/// How many images are looked at; the largest index in the wild has some thirty.
const MOST: usize = 1000;

/// An operating system, an architecture, and perhaps a variant: `linux/arm/v7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform(String, String, Option<String>);

impl FromStr for Platform {
    type Err = String;

    fn from_str(text: &str) -> Result<Platform, String> {
        let parts: Vec<String> = text.split('/').map(str::to_owned).collect();
        match parts.as_slice() {
            _ if parts.contains(&String::new()) => Err("a part of it is empty".to_owned()),
            [os, architecture] => Ok(Platform(os.clone(), architecture.clone(), None)),
            [os, architecture, variant] => {
                Ok(Platform(os.clone(), architecture.clone(), Some(variant.clone())))
            }
            _ => {
                Err("a platform is OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, such as linux/amd64"
                    .to_owned())
            }
        }
    }
}

impl Platform {
    /// Whether this is what is wanted; a variant that is not asked for may be any.
    fn suits(&self, wanted: &Platform) -> bool {
        (&self.0, &self.1) == (&wanted.0, &wanted.1) && (wanted.2.is_none() || self.2 == wanted.2)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let variant = self.2.as_ref().map_or(String::new(), |variant| format!("/{variant}"));
        write!(f, "{}/{}{variant}", self.0, self.1)
    }
}

/// The layers of the image called `reference`, or of the only one, for a platform or the only one. The first
/// entry of an index that suits is taken.
///
/// # Errors
///
/// There is no such image, or more than one that could be meant; or a document on the way to it is missing,
/// altered, or says too little.
pub fn choose(
    storage: &dyn Storage,
    reference: Option<&str>,
    platform: Option<&Platform>,
    limits: &Limits,
) -> Result<Vec<Layer>, String> {
    let documents = Documents { storage, limits };
    let index = read_file(storage, layout::INDEX, limits.bytes)
        .map_err(|error| format!("{}: {error}", layout::INDEX))?;
    let mut images = Vec::new();
    let start = reference.map_or(Start::Everywhere, Start::At);
    documents.index(&index, layout::INDEX, start, 0, &mut images)?;
    // One manifest may stand in the index under several names.
    images.dedup_by(|second, first| second.digest == first.digest);
    let known: Vec<String> = images.iter().map(Image::describe).collect();
    let suits = |image: &Image| {
        platform.is_none_or(|wanted| image.platform.as_ref().is_some_and(|platform| platform.suits(wanted)))
    };
    let mut suitable = images.into_iter().filter(suits);
    match (suitable.next(), suitable.next(), platform) {
        (Some(image), None, _) | (Some(image), Some(_), Some(_)) => documents.layers(&image),
        (Some(_), Some(_), None) => Err(format!(
            "there are several images; name one with oci:PATH:REF, or its platform with --platform: {}",
            known.join(", ")
        )),
        (None, _, _) if known.is_empty() => Err("there is no image in it".to_owned()),
        (None, _, _) => Err(format!("there is no image for that platform, only for: {}", known.join(", "))),
    }
}

/// A manifest of an image.
struct Image {
    digest: String,
    platform: Option<Platform>,
    manifest: Vec<u8>,
    config: Vec<u8>,
}

impl Image {
    fn describe(&self) -> String {
        let platform = self.platform.as_ref().map_or("no platform".to_owned(), Platform::to_string);
        printable(&platform)
    }
}

struct Documents<'d> {
    storage: &'d dyn Storage,
    limits: &'d Limits,
}

impl Documents<'_> {
    fn index(
        &self,
        bytes: &[u8],
        name: &str,
        start: Start<'_>,
        depth: usize,
        images: &mut Vec<Image>,
    ) -> Result<(), String> {
        let document = self.parse(bytes, name)?;
        for entry in items(Index::of(document.root()).manifests).map(Descriptor::of) {
            if images.len() >= MOST || !start.takes(&entry) {
                continue;
            }
            match kind(&entry) {
                Kind::Index if depth < DEPTH => {
                    let (name, bytes) = self.read(&entry)?;
                    self.index(&bytes, &name, Start::Everywhere, depth + 1, images)?;
                }
                Kind::Manifest => images.extend(self.image(&entry)?),
                _ => {}
            }
        }
        Ok(())
    }

    /// The image that a manifest is of; `None` if it is of something else.
    fn image(&self, entry: &Descriptor<'_>) -> Result<Option<Image>, String> {
        let (digest, manifest) = self.read(entry)?;
        let document = self.parse(&manifest, &digest)?;
        let config = Manifest::of(document.root()).config.map(Descriptor::of);
        let Some(config) = config.filter(|config| matches!(kind(config), Kind::Config)) else {
            return Ok(None);
        };
        let (name, config) = self.read(&config)?;
        let document = self.parse(&config, &name)?;
        // A configuration has the same members at its top.
        let platform = entry.platform.unwrap_or(document.root());
        let View { os, architecture, variant, .. } = View::of(platform);
        let platform = text(os).zip(text(architecture)).map(|(os, architecture)| {
            Platform(os.into_owned(), architecture.into_owned(), text(variant).map(|text| text.into_owned()))
        });
        drop(document);
        Ok(Some(Image { digest: digest.clone(), platform, manifest: manifest.clone(), config }))
    }

    fn layers(&self, image: &Image) -> Result<Vec<Layer>, String> {
        let manifest = self.parse(&image.manifest, &image.digest)?;
        let config = self.parse(&image.config, "the configuration")?;
        let rootfs = Config::of(config.root()).rootfs.map(RootFs::of);
        // Whoever unpacks an image has to refuse any other value (config.md#properties).
        let rootfs_type = rootfs.and_then(|rootfs| rootfs.value.get("type"));
        if rootfs_type.and_then(|value| value.as_str()).as_deref() != Some("layers") {
            return Err("the rootfs.type of its configuration is not \"layers\"".to_owned());
        }
        let diff_ids: Vec<_> = items(rootfs.and_then(|rootfs| rootfs.diff_ids)).collect();
        let layers: Vec<_> = items(Manifest::of(manifest.root()).layers).map(Descriptor::of).collect();
        if diff_ids.len() != layers.len() {
            let (layers, ids) = (layers.len(), diff_ids.len());
            return Err(format!("its manifest has {layers} layers, but its configuration {ids} diff ids"));
        }
        let layer = |(layer, diff_id): (&Descriptor<'_>, &seaworthy_image::json::Value<'_>)| {
            let Kind::Layer { compression, .. } = kind(layer) else {
                let name = layer.media_type_text().unwrap_or_default();
                return Err(format!("a layer has the media type {name:?}, which is none of a layer's"));
            };
            let size = layer.size_value().and_then(|size| size.try_into().ok());
            Ok(Layer {
                digest: layer.digest_text().unwrap_or_default().into_owned(),
                size: Some(size.ok_or("a layer has no size")?),
                compression,
                diff_id: Some(diff_id.as_str().ok_or("a diff id is no string")?.into_owned()),
            })
        };
        layers.iter().zip(&diff_ids).map(layer).collect()
    }

    /// Reads a blob that is a document, and verifies its size and its digest.
    fn read(&self, descriptor: &Descriptor<'_>) -> Result<(String, Vec<u8>), String> {
        let name = descriptor.digest_text().unwrap_or_default().into_owned();
        let digest = Digest::parse(&name).map_err(|error| format!("the digest {name:?}: {error}"))?;
        let bytes = read_file(self.storage, &blob_path(&digest), self.limits.bytes)
            .map_err(|error| format!("the blob {name}: {error}"))?;
        if bytes.len() > self.limits.bytes {
            return Err(format!("the blob {name} is larger than {} bytes", self.limits.bytes));
        }
        let size = descriptor.size_value().and_then(|size| usize::try_from(size).ok());
        if descriptor.size.is_some() && size != Some(bytes.len()) {
            return Err(format!(
                "the blob {name} has {} bytes, and not as many as its descriptor says",
                bytes.len()
            ));
        }
        let algorithm = Algorithm::registered(digest.algorithm(), VERSION);
        let found = algorithm.map(|algorithm| digest_of(algorithm, &bytes));
        match found {
            Some(found) if found == name => Ok((name, bytes)),
            Some(found) => Err(format!("the blob {name} has the digest {found}")),
            None => Err(format!("the digest {name} cannot be verified: its algorithm is not known")),
        }
    }

    fn parse<'b>(&self, bytes: &'b [u8], name: &str) -> Result<Document<'b>, String> {
        Document::parse(bytes, self.limits).map_err(|anomaly| format!("{name}: {}", anomaly.kind))
    }
}

/// What a descriptor leads to. Docker's types are taken for those they became.
fn kind(descriptor: &Descriptor<'_>) -> Kind {
    let name = descriptor.media_type_text().unwrap_or_default();
    let oci = media_type::docker_equivalent(&name).map_or(&*name, |equivalent| equivalent.oci);
    media_type::kind(oci, VERSION)
}
