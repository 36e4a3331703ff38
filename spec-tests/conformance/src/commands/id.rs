//! `seaworthy id`: the names that an image has by its content.

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::Context;
use seaworthy_image::identity::{chain_ids, image_id};
use seaworthy_image::json::Document;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, DocumentKind, RootFs, items};
use serde::Serialize;

use crate::image::{self, Image, Platform};
use crate::input::{self, Content};
use crate::printable::printable;

/// What to name.
#[derive(Debug, Clone)]
pub struct Request {
    /// The image, as named on the command line.
    pub image: OsString,
    /// The platform to choose from an index.
    pub platform: Option<Platform>,
    /// The version of the specification.
    pub version: SpecVersion,
    /// How input is taken.
    pub input: input::Options,
}

/// The names of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Names {
    /// The ImageID: the SHA-256 of the configuration.
    pub image_id: String,
    /// The digest of the manifest, as the index gives it; `None` for a configuration alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_digest: Option<String>,
    /// The digest of the configuration, as the manifest gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_digest: Option<String>,
    /// The digest of a document of the image that could not be verified, since its algorithm is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unverified: Option<String>,
    /// The layers, base first.
    pub layers: Vec<Layer>,
    /// What a person should know of the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The names of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// The digest of the layer as it is stored; `None` for a configuration alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The DiffID, as the configuration gives it.
    pub diff_id: String,
    /// The ChainID of all layers up to this one.
    pub chain_id: String,
}

/// Works out the names of an image. Its layers are not read: their DiffIDs are those that the
/// configuration gives, and `seaworthy check` says whether they are right.
///
/// # Errors
///
/// The image cannot be read, or in more than one way, or there is none, or not a single one, or it does not name
/// its layers.
pub fn names(request: &Request) -> anyhow::Result<Names> {
    let name = || request.image.to_string_lossy().into_owned();
    let opened = input::open(&request.image, &request.input).with_context(name)?;
    let notes = opened.notes;
    let names = match opened.content {
        Content::Document { bytes, kind: DocumentKind::Config } => {
            of(&bytes, None, request).with_context(name)
        }
        Content::Document { kind, .. } => {
            let is = kind.as_str();
            Err(anyhow::anyhow!(
                "it is a document of type {is}, and only an image or its configuration has an id"
            ))
            .with_context(name)
        }
        Content::Layout { storage, reference } => {
            let (reference, platform) = (reference.as_deref(), request.platform.as_ref());
            let image = image::find(&*storage, reference, platform, request.version, &request.input.json)
                .and_then(Image::clear)
                .with_context(name)?;
            of(&image.config, Some(&image), request).with_context(name)
        }
    };
    Ok(Names { notes, ..names? })
}

fn of(config: &[u8], image: Option<&Image>, request: &Request) -> anyhow::Result<Names> {
    let document = Document::parse(config, &request.input.json);
    let document = document.map_err(|anomaly| anyhow::anyhow!("the configuration: {}", anomaly.kind))?;
    if let Some(ambiguity) = image::ambiguity(&document) {
        anyhow::bail!("the configuration can be read in more than one way: {ambiguity}");
    }
    let rootfs = Config::of(document.root()).rootfs.map(RootFs::of);
    let diff_ids = rootfs.and_then(|rootfs| rootfs.diff_ids).filter(|list| !list.is_null());
    let Some(diff_ids) = diff_ids else { anyhow::bail!("the configuration has no rootfs.diff_ids") };
    let mut texts = Vec::new();
    for diff_id in items(Some(diff_ids)) {
        let Some(text) = diff_id.as_str() else { anyhow::bail!("{} is no string", diff_id.pointer()) };
        texts.push(text.into_owned());
    }
    let chain_ids = chain_ids(texts.iter().map(String::as_str));
    let count = image.map_or(texts.len(), |image| image.layers.len());
    if count != texts.len() {
        anyhow::bail!("the manifest has {count} layers, and the configuration {} diff ids", texts.len());
    }
    let layers = texts.into_iter().zip(chain_ids).enumerate().map(|(at, (diff_id, chain_id))| Layer {
        digest: image.map(|image| image.layers[at].digest.clone()),
        diff_id,
        chain_id,
    });
    Ok(Names {
        image_id: image_id(config),
        manifest_digest: image.map(|image| image.manifest_digest.clone()),
        config_digest: image.map(|image| image.config_digest.clone()),
        unverified: image.and_then(|image| image.unverified.clone()),
        layers: layers.collect(),
        notes: Vec::new(),
    })
}

/// Writes the names for people.
///
/// # Errors
///
/// The output cannot be written.
pub fn human(names: &Names, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |title: &str, value: &str| writeln!(out, "{title:<16} {}", printable(value));
    line("image id", &names.image_id)?;
    for (title, digest) in
        [("manifest digest", &names.manifest_digest), ("config digest", &names.config_digest)]
    {
        digest.as_ref().map_or(Ok(()), |digest| line(title, digest))?;
    }
    for (at, layer) in names.layers.iter().enumerate() {
        line(&format!("layer {at}"), layer.digest.as_deref().unwrap_or("not in the image"))?;
        line("  diff id", &layer.diff_id)?;
        line("  chain id", &layer.chain_id)?;
    }
    Ok(())
}

/// Writes the names for programs.
///
/// # Errors
///
/// The output cannot be written.
pub fn json(names: &Names, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, names)?;
    writeln!(out)
}
