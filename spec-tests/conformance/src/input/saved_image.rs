//! Archives of layouts that `docker save` could have written as well, as that of Docker 25 and later does.

use std::collections::BTreeSet;

use seaworthy_image::graph;
use seaworthy_image::identity::image_id;
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::items;

use crate::image;
use crate::storage::Archive;

/// Where `docker save` lists the images of an archive.
pub(super) const LIST: &str = "manifest.json";

/// What a person should know of an archive with both lists: that they do not lead to the same images. Which of
/// them counts, programs disagree on.
pub(super) fn other(archive: &Archive, limits: &Limits) -> Option<String> {
    let read = |path: &str| graph::read_file(archive, path, limits.bytes);
    let list = read(LIST).ok()?;
    let list = Document::parse(&list, limits).ok()?;
    // What is wrong with the layout is for the rules to say.
    let known = image::ids(archive, SpecVersion::default(), limits).ok()?;
    let configs = items(Some(list.root())).filter_map(|image| image.get("Config")?.as_str());
    let configs: BTreeSet<_> = configs.collect();
    let is_other = |path: &&str| !read(path).is_ok_and(|config| known.contains(&image_id(&config)));
    let other: String = configs.iter().map(AsRef::as_ref).find(is_other)?.chars().take(200).collect();
    Some(format!(
        "{LIST}, as docker save writes it, leads to an image that index.json does not lead to, with the \
         configuration {other:?}: index.json is followed, other readers may follow {LIST}"
    ))
}
