//! What the clients of one sequence push.

use seaworthy_generators::choices::seeded;
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;

use crate::session::{Content, Image};

/// The repositories of one client. One is below another, as names may be.
pub(super) const REPOSITORIES: [&str; 3] = ["a", "a/b", "c"];
/// The tags.
pub(super) const TAGS: [&str; 3] = ["v1", "late", "V2"];
/// How many blobs there are: a configuration, two layers, and the configuration of an artifact.
pub(super) const BLOBS: usize = 4;
/// How many images there are: two with a layer each, and two artifacts that refer to the first.
pub(super) const IMAGES: usize = 4;

/// The media type of the configuration of the artifacts.
const ARTIFACT: &str = "application/vnd.seaworthy.sequence.v1+json";

/// The blobs of an image: its configuration and its layer.
pub(super) const fn blobs_of(image: usize) -> [usize; 2] {
    match image {
        0 => [0, 1],
        1 => [0, 2],
        2 => [3, 1],
        _ => [3, 2],
    }
}

/// The image that an image refers to.
pub(super) const fn subject_of(image: usize) -> Option<usize> {
    if image < 2 { None } else { Some(0) }
}

/// The contents of one sequence, which no other has.
pub(super) struct Contents {
    pub blobs: [Content; BLOBS],
    pub images: [Image; IMAGES],
}

impl Contents {
    /// The contents that belong to a text.
    pub fn new(name: &str) -> Contents {
        let text = |what: &str| Content::new(format!("{what} of the sequence {name}"));
        let large = Content::new(seeded(name, 70_000));
        let layer = text("the layer");
        let config = Tree::object([
            ("author", name.into()),
            ("architecture", "amd64".into()),
            ("os", "linux".into()),
            (
                "rootfs",
                Tree::object([("type", "layers".into()), ("diff_ids", Tree::strings(&[&layer.digest]))]),
            ),
        ]);
        let artifact = Tree::object([("sequence", name.into())]);
        let blobs = [Content::new(config.compact()), layer, large, Content::new(artifact.compact())];
        let mut images: Vec<Image> = Vec::with_capacity(IMAGES);
        for image in 0..IMAGES {
            let [config, layer] = blobs_of(image).map(|blob| &blobs[blob]);
            let config_type = if subject_of(image).is_some() { ARTIFACT } else { media_type::CONFIG };
            let mut manifest = Tree::object([
                ("schemaVersion", 2.into()),
                ("mediaType", media_type::MANIFEST.into()),
                ("config", config.descriptor(config_type)),
                ("layers", Tree::Array(vec![layer.descriptor(media_type::LAYER_TAR)])),
            ]);
            if let Some(subject) = subject_of(image) {
                manifest.set("subject", images[subject].manifest.descriptor(media_type::MANIFEST));
            }
            images.push(Image::of(&manifest, vec![config.clone(), layer.clone()]));
        }
        let images = std::array::from_fn(|image| images[image].clone());
        Contents { blobs, images }
    }
}
