//! The image that a program is to unpack, or to identify: its layers, and what it is called by its content.

use seaworthy_image::digest::Digest;
use seaworthy_image::identity::image_id;
use seaworthy_image::json::{Document, Limits, Value};
use seaworthy_image::layout::{self, Memory, blob_path};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, Descriptor, Index, Manifest, Platform, items, text};

/// The platform that every program here unpacks for.
const PLATFORM: (&str, &str) = ("linux", "amd64");

/// What an unpacker has to know of an image, and what says which image it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// The paths of the layers in the layout, the lowest first.
    pub layers: Vec<String>,
    /// The `diff_ids` of its configuration.
    pub diff_ids: Vec<String>,
    /// Its ImageID.
    pub id: String,
}

/// The image that a descriptor leads to, or the first that `index.json` lists if there is no
/// descriptor. `None` if that is not to be found, or is no image.
pub fn of(layout: &Memory, descriptor: Option<&[u8]>, version: SpecVersion) -> Option<Image> {
    follow(layout, descriptor, version, DEEPEST)
}

/// Nobody nests indexes as deep; and what keeps to no digest may go round in circles.
const DEEPEST: usize = 8;

fn follow(layout: &Memory, descriptor: Option<&[u8]>, version: SpecVersion, deeper: usize) -> Option<Image> {
    let parse = |bytes| Document::parse(bytes, &Limits::default()).ok();
    let index = parse(layout.files.get(layout::INDEX)?)?;
    let given = descriptor.map(|bytes| parse(bytes).ok_or(())).transpose().ok()?;
    let first = || items(Index::of(index.root()).manifests).next();
    let descriptor = given.as_ref().map_or_else(first, |given| Some(given.root())).map(Descriptor::of)?;
    let document = parse(blob(layout, &descriptor)?)?;
    match media_type::kind(&descriptor.media_type_text()?, version) {
        media_type::Kind::Manifest => manifest(layout, &Manifest::of(document.root()), version),
        media_type::Kind::Index => {
            let entry = suitable(document.root())?.raw();
            follow(layout, Some(entry), version, deeper.checked_sub(1)?)
        }
        _ => None,
    }
}

/// The first entry of an index for [`PLATFORM`], or else the first.
fn suitable(index: Value<'_>) -> Option<Value<'_>> {
    let entries = || items(Index::of(index).manifests);
    let suits = |entry: &Value<'_>| {
        let platform = Descriptor::of(*entry).platform.map(Platform::of);
        platform.is_some_and(|platform| {
            let (os, architecture) = (text(platform.os), text(platform.architecture));
            (os.as_deref(), architecture.as_deref()) == (Some(PLATFORM.0), Some(PLATFORM.1))
        })
    };
    entries().find(suits).or_else(|| entries().next())
}

fn manifest(layout: &Memory, manifest: &Manifest<'_>, version: SpecVersion) -> Option<Image> {
    let config = Descriptor::of(manifest.config?);
    if media_type::kind(&config.media_type_text()?, version) != media_type::Kind::Config {
        return None;
    }
    let bytes = blob(layout, &config)?;
    let config = Document::parse(bytes, &Limits::default()).ok()?;
    let rootfs = Config::of(config.root()).rootfs;
    let diff_ids = items(rootfs.and_then(|rootfs| rootfs.get("diff_ids"))).map(|id| text(Some(id)));
    let layers = items(manifest.layers).map(|layer| path(&Descriptor::of(layer)));
    Some(Image {
        layers: layers.collect::<Option<_>>()?,
        diff_ids: diff_ids.map(|id| id.unwrap_or_default().into_owned()).collect(),
        id: image_id(bytes),
    })
}

fn path(descriptor: &Descriptor<'_>) -> Option<String> {
    let digest = descriptor.digest_text()?;
    Digest::parse(&digest).ok().map(|digest| blob_path(&digest))
}

fn blob<'l>(layout: &'l Memory, descriptor: &Descriptor<'_>) -> Option<&'l [u8]> {
    layout.files.get(&path(descriptor)?).map(Vec::as_slice)
}
