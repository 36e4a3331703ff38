//! Content to push: small, valid, and different each time.

use bytes::Bytes;
use seaworthy_generators::choices::seeded;
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type;

use super::Session;

/// Some bytes and their digest.
#[derive(Debug, Clone)]
pub struct Content {
    /// The bytes.
    pub bytes: Bytes,
    /// Their digest.
    pub digest: String,
}

impl Content {
    /// The bytes under their SHA-256 digest.
    pub fn new(bytes: impl Into<Bytes>) -> Content {
        Content::with(Algorithm::Sha256, bytes)
    }

    /// The bytes under a digest of another algorithm.
    pub fn with(algorithm: Algorithm, bytes: impl Into<Bytes>) -> Content {
        let bytes = bytes.into();
        Content { digest: digest_of(algorithm, &bytes), bytes }
    }

    /// A descriptor of the content.
    pub fn descriptor(&self, media_type: &str) -> Tree {
        let size = i64::try_from(self.bytes.len()).unwrap_or(i64::MAX);
        Tree::object([
            ("mediaType", media_type.into()),
            ("digest", self.digest.as_str().into()),
            ("size", size.into()),
        ])
    }
}

/// An image or an index, as far as a registry sees it.
#[derive(Debug, Clone)]
pub struct Image {
    /// The manifest.
    pub manifest: Content,
    /// Its media type.
    pub media_type: String,
    /// The blobs that it needs.
    pub blobs: Vec<Content>,
}

impl Image {
    /// The image of a manifest that is yet to be written.
    pub fn of(manifest: &Tree, blobs: Vec<Content>) -> Image {
        let media_type = manifest.text("mediaType").to_owned();
        Image { manifest: Content::new(manifest.compact()), media_type, blobs }
    }
}

impl Session {
    /// Bytes that no other check of this run uses, the same for the same seed.
    pub fn content(&mut self, size: usize) -> Content {
        let seed = self.unique();
        Content::new(seeded(&seed, size))
    }

    /// A text that no other check of this run uses, the same for the same seed.
    pub fn unique(&mut self) -> String {
        self.made += 1;
        format!("{}/{}/{}", self.shared.seed, self.requirement.id, self.made)
    }

    /// The manifest of a small image, to be changed at will, with its blobs: a configuration and a layer.
    pub fn manifest(&mut self) -> (Tree, Vec<Content>) {
        let layer = self.content(64);
        let config = Content::new(
            Tree::object([
                ("author", self.unique().as_str().into()),
                ("architecture", "amd64".into()),
                ("os", "linux".into()),
                (
                    "rootfs",
                    Tree::object([("type", "layers".into()), ("diff_ids", Tree::strings(&[&layer.digest]))]),
                ),
            ])
            .compact(),
        );
        let manifest = Tree::object([
            ("schemaVersion", 2.into()),
            ("mediaType", media_type::MANIFEST.into()),
            ("config", config.descriptor(media_type::CONFIG)),
            ("layers", Tree::Array(vec![layer.descriptor(media_type::LAYER_TAR)])),
        ]);
        (manifest, vec![config, layer])
    }

    /// A small image.
    pub fn image(&mut self) -> Image {
        let (manifest, blobs) = self.manifest();
        Image::of(&manifest, blobs)
    }

    /// A small artifact that refers to a manifest.
    pub fn referrer(&mut self, subject: &Image, artifact_type: &str) -> Image {
        let empty = Content::new("{}");
        let mut manifest = Tree::object([
            ("schemaVersion", 2.into()),
            ("mediaType", media_type::MANIFEST.into()),
            ("artifactType", artifact_type.into()),
            ("config", empty.descriptor(media_type::EMPTY)),
            ("layers", Tree::Array(vec![empty.descriptor(media_type::EMPTY)])),
            ("subject", subject.manifest.descriptor(&subject.media_type)),
        ]);
        manifest.set("annotations", Tree::object([("dev.seaworthy.check", self.unique().as_str().into())]));
        Image::of(&manifest, vec![empty])
    }

    /// The name of a repository that no other check of this run uses.
    pub fn repository(&mut self) -> String {
        self.made += 1;
        let requirement = self.requirement.id.replace('/', "-");
        format!("{}{:x}/{requirement}/{}", self.shared.prefix, self.shared.seed, self.made)
    }
}
