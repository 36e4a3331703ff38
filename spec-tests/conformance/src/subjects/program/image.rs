//! The image that a program is to unpack, or to identify: its layers, and what it is called by its content.

use std::collections::HashSet;

use seaworthy_image::digest::Digest;
use seaworthy_image::identity::image_id;
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{self, Memory, blob_path};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, Descriptor, Index, Manifest, Platform, items, text};

use crate::image::kind;

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

/// The image that a descriptor leads to, or the first entry of `index.json` if there is no descriptor:
/// of several the first for [`PLATFORM`], or else the first. `None` if there is none, or if what has to
/// be read on the way to it cannot be.
///
/// The same choice as [`find`](crate::image::find) makes, which judges what it reads. This one compares
/// no digest and no size: that is what the program is asked to do.
pub fn of(layout: &Memory, descriptor: Option<&[u8]>, version: SpecVersion) -> Option<Image> {
    let index = parse(layout.files.get(layout::INDEX)?).ok()?;
    let given = descriptor.map(parse).transpose().ok()?;
    let first = || items(Index::of(index.root()).manifests).next();
    let descriptor = given.as_ref().map_or_else(first, |given| Some(given.root())).map(Descriptor::of)?;
    let mut search = Search { layout, version, seen: HashSet::new(), first: None };
    let suitable = search.follow(&descriptor, DEEPEST).ok()?;
    suitable.or(search.first)
}

/// Nobody nests indexes as deep; and what keeps to no digest may go round in circles.
const DEEPEST: usize = 8;

/// Something on the way to an image is not there, or is not what it should be.
struct Broken;

struct Search<'l> {
    layout: &'l Memory,
    version: SpecVersion,
    /// The files that were looked at: a few indexes may list each other many times over.
    seen: HashSet<String>,
    /// The first image, for whatever platform.
    first: Option<Image>,
}

impl<'l> Search<'l> {
    /// The first image for [`PLATFORM`] among those that the descriptor leads to.
    fn follow(&mut self, descriptor: &Descriptor<'_>, deeper: usize) -> Result<Option<Image>, Broken> {
        let kind = kind(descriptor, self.version);
        if !matches!(kind, Some(media_type::Kind::Manifest | media_type::Kind::Index)) {
            return Ok(None);
        }
        if !self.seen.insert(path(descriptor)?) {
            return Ok(None);
        }
        let document = self.read(descriptor)?;
        if kind == Some(media_type::Kind::Manifest) {
            return self.manifest(descriptor, &Manifest::of(document.root()));
        }
        let Some(deeper) = deeper.checked_sub(1) else { return Ok(None) };
        for entry in items(Index::of(document.root()).manifests).map(Descriptor::of) {
            if let Some(image) = self.follow(&entry, deeper)? {
                return Ok(Some(image));
            }
        }
        Ok(None)
    }

    /// The image that a manifest is of, if it is for [`PLATFORM`]. An artifact is no image.
    fn manifest(
        &mut self,
        descriptor: &Descriptor<'_>,
        manifest: &Manifest<'_>,
    ) -> Result<Option<Image>, Broken> {
        let Some(config) = manifest.config.map(Descriptor::of) else { return Ok(None) };
        if kind(&config, self.version) != Some(media_type::Kind::Config) {
            return Ok(None);
        }
        let document = self.read(&config)?;
        let config = Config::of(document.root());
        let diff_ids =
            items(config.rootfs.and_then(|rootfs| rootfs.get("diff_ids"))).map(|id| text(Some(id)));
        let layers = items(manifest.layers).map(|layer| path(&Descriptor::of(layer)));
        let image = Image {
            layers: layers.collect::<Result<_, _>>()?,
            diff_ids: diff_ids.map(|id| id.unwrap_or_default().into_owned()).collect(),
            id: image_id(document.bytes()),
        };
        let marked = descriptor.platform.map(Platform::of);
        let marked = marked.and_then(|platform| text(platform.os).zip(text(platform.architecture)));
        let platform = marked.or_else(|| text(config.os).zip(text(config.architecture)));
        if platform.is_some_and(|(os, architecture)| (&*os, &*architecture) == PLATFORM) {
            return Ok(Some(image));
        }
        self.first.get_or_insert(image);
        Ok(None)
    }

    fn read(&self, descriptor: &Descriptor<'_>) -> Result<Document<'l>, Broken> {
        parse(self.layout.files.get(&path(descriptor)?).ok_or(Broken)?)
    }
}

fn parse(bytes: &[u8]) -> Result<Document<'_>, Broken> {
    Document::parse(bytes, &Limits::default()).map_err(|_| Broken)
}

fn path(descriptor: &Descriptor<'_>) -> Result<String, Broken> {
    let digest = descriptor.digest_text().ok_or(Broken)?;
    Digest::parse(&digest).map(|digest| blob_path(&digest)).map_err(|_| Broken)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use seaworthy_generators::choices::{Choices, seeded};
    use seaworthy_generators::features::Features;
    use seaworthy_generators::image::generate;

    use super::*;
    use crate::image as reference;

    /// The image that the reference finds by a name.
    fn by_reference(layout: &Memory, name: &str, version: SpecVersion) -> Option<Image> {
        let platform = format!("{}/{}", PLATFORM.0, PLATFORM.1).parse().unwrap();
        let found = reference::find(layout, Some(name), Some(&platform), version, &Limits::default()).ok()?;
        let config = Document::parse(&found.config, &Limits::default()).ok()?;
        let diff_ids = items(Config::of(config.root()).rootfs?.get("diff_ids"));
        let digest = |layer: &reference::Layer| blob_path(&Digest::parse(&layer.digest).unwrap());
        Some(Image {
            layers: found.layers.iter().map(digest).collect(),
            diff_ids: diff_ids.map(|id| id.as_str().unwrap().into_owned()).collect(),
            id: image_id(&found.config),
        })
    }

    fn name<'d>(entry: &Descriptor<'d>) -> Option<Cow<'d, str>> {
        text(entry.annotations?.get("org.opencontainers.image.ref.name"))
    }

    /// Compares what is found for every entry of `index.json` with a name of its own; how many there were.
    fn compare(layout: &Memory, version: SpecVersion, about: &str) -> usize {
        let index = Document::parse(&layout.files[layout::INDEX], &Limits::default()).unwrap();
        let entries: Vec<_> = items(Index::of(index.root()).manifests).map(Descriptor::of).collect();
        let names: Vec<_> = entries.iter().map(name).collect();
        let mut compared = 0;
        for (entry, name) in entries.iter().zip(&names) {
            let Some(name) = name.as_deref() else { continue };
            if names.iter().filter(|other| other.as_deref() == Some(name)).count() > 1 {
                continue;
            }
            if let Some(wanted) = by_reference(layout, name, version) {
                assert_eq!(of(layout, Some(entry.value.raw()), version), Some(wanted), "{about}: {name:?}");
                compared += 1;
            }
        }
        compared
    }

    #[test]
    fn the_image_of_a_valid_layout_is_that_of_the_reference() {
        let mut compared = 0;
        for seed in 0..12_000 {
            let bytes = seeded(&format!("chosen {seed}"), 2048);
            let mut choices = Choices::new(&bytes);
            let version = *choices.pick(&SpecVersion::ALL);
            let features = Features::all().swarm(&mut choices);
            let layout = generate(&mut choices, &features, version).seal(&mut choices);
            compared += compare(&layout, version, &format!("seed {seed}"));
        }
        assert!(compared > 1000, "{compared}");
    }
}
