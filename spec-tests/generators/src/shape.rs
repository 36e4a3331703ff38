//! The plain images that static cases start from: small, the same each time, and clean of every
//! advice, so that one edit is the only thing a reader can object to.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

use crate::draft::{Content, Draft, Link, NodeId, NodeKind};
use crate::mutation::Part;
use crate::tree::{Style, Tree};

/// The `org.opencontainers.image.ref.name` under which a plain image is found.
pub const REF_NAME: &str = "v1";

/// `/etc/passwd` of a plain image.
pub const PASSWD: &str = "\
root:x:0:0:root:/root:/bin/sh
alice:x:1000:1000:Alice,,,:/home/alice:/bin/sh
bob:x:1001:50::/home/bob:/bin/sh
";

/// `/etc/group` of a plain image: alice is in two groups besides her own.
pub const GROUP: &str = "\
root:x:0:
staff:x:50:bob,alice
tide:x:60:alice
alice:x:1000:
";

/// The forms of a plain image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// One image with two layers.
    Image,
    /// An index of two images for two platforms.
    MultiPlatform,
    /// An artifact: an empty configuration, a type, and one file.
    Artifact,
    /// An image, and an artifact that refers to it.
    Referrer,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Shape; 4] = [Shape::Image, Shape::MultiPlatform, Shape::Artifact, Shape::Referrer];

    /// The simplest shape that has the part.
    pub const fn with(part: Part) -> Shape {
        match part {
            Part::NestedIndex | Part::PlatformDescriptor | Part::Platform => Shape::MultiPlatform,
            Part::Artifact => Shape::Artifact,
            Part::Referrer | Part::SubjectDescriptor => Shape::Referrer,
            _ => Shape::Image,
        }
    }

    /// The plain image of this shape.
    pub fn draft(self) -> Draft {
        let mut draft = Draft {
            header: Tree::object([("imageLayoutVersion", "1.0.0".into())]),
            nodes: Vec::new(),
            style: Style::default(),
            extras: Vec::new(),
        };
        let mut entries = Vec::new();
        match self {
            Shape::Image => {
                let image = plain_image(&mut draft, "amd64");
                entries.push(named(Link::new(Relation::Entry, media_type::MANIFEST, image)));
            }
            Shape::MultiPlatform => {
                let images = ["amd64", "arm64"]
                    .map(|architecture| (architecture, plain_image(&mut draft, architecture)));
                let links = images.map(|(architecture, image)| {
                    let mut link = Link::new(Relation::Entry, media_type::MANIFEST, image);
                    link.descriptor.set("platform", platform(architecture));
                    link
                });
                let index = draft.push(NodeKind::Index, Content::Document(index_tree()), links.into());
                entries.push(named(Link::new(Relation::Entry, media_type::INDEX, index)));
            }
            Shape::Artifact => {
                let artifact = plain_artifact(&mut draft, None);
                entries.push(named(artifact_link(artifact)));
            }
            Shape::Referrer => {
                let image = plain_image(&mut draft, "amd64");
                let artifact = plain_artifact(&mut draft, Some(image));
                entries.push(named(Link::new(Relation::Entry, media_type::MANIFEST, image)));
                entries.push(artifact_link(artifact));
            }
        }
        draft.push(NodeKind::Index, Content::Document(index_tree()), entries);
        draft
    }
}

fn plain_image(draft: &mut Draft, architecture: &str) -> NodeId {
    let archives = [
        tar(&[
            ("etc/", b""),
            ("etc/group", GROUP.as_bytes()),
            ("etc/motd", b"ahoy\n"),
            ("etc/passwd", PASSWD.as_bytes()),
        ]),
        tar(&[("data/", b""), ("data/log", b"day one\n")]),
    ];
    let diff_ids = archives.iter().map(|archive| Tree::from(digest_of(Algorithm::Sha256, archive)));
    let mut config =
        Tree::object([("created", "2026-01-02T03:04:05Z".into()), ("author", "Seaworthy".into())]);
    config.set("architecture", architecture);
    config.set("os", "linux");
    if architecture == "arm64" {
        config.set("variant", "v8");
    }
    config.set(
        "config",
        Tree::object([
            ("User", "1000:1000".into()),
            ("Env", Tree::strings(&["PATH=/usr/bin:/bin", "HOME=/data"])),
            ("Entrypoint", Tree::strings(&["/bin/cat"])),
            ("Cmd", Tree::strings(&["/etc/motd"])),
            ("WorkingDir", "/data".into()),
        ]),
    );
    config.set(
        "rootfs",
        Tree::object([("type", "layers".into()), ("diff_ids", diff_ids.collect::<Vec<_>>().into())]),
    );
    let history = ["add etc", "add data"].map(|command| {
        Tree::object([("created", "2026-01-02T03:04:05Z".into()), ("created_by", command.into())])
    });
    config.set("history", Vec::from(history));
    let config = draft.push(NodeKind::Config, Content::Document(config), Vec::new());
    let mut links = vec![Link::new(Relation::Config, media_type::CONFIG, config)];
    for archive in &archives {
        let layer = draft.push(NodeKind::Opaque, Content::Bytes(gzip(archive)), Vec::new());
        links.push(Link::new(Relation::Layer, media_type::LAYER_TAR_GZIP, layer));
    }
    draft.push(NodeKind::Manifest, Content::Document(manifest_tree()), links)
}

fn plain_artifact(draft: &mut Draft, subject: Option<NodeId>) -> NodeId {
    let empty = draft.push(NodeKind::Opaque, Content::Bytes(b"{}".to_vec()), Vec::new());
    let file = draft.push(NodeKind::Opaque, Content::Bytes(b"a chart of the coast\n".to_vec()), Vec::new());
    let mut links = vec![
        Link::new(Relation::Config, media_type::EMPTY, empty),
        Link::new(Relation::Layer, "text/plain", file),
    ];
    links.extend(subject.map(|image| Link::new(Relation::Subject, media_type::MANIFEST, image)));
    let mut manifest = manifest_tree();
    manifest.set("artifactType", ARTIFACT_TYPE);
    draft.push(NodeKind::Artifact, Content::Document(manifest), links)
}

/// The type of every plain artifact.
pub const ARTIFACT_TYPE: &str = "application/vnd.seaworthy.chart.v1";

fn artifact_link(artifact: NodeId) -> Link {
    let mut link = Link::new(Relation::Entry, media_type::MANIFEST, artifact);
    link.descriptor.set("artifactType", ARTIFACT_TYPE);
    link
}

fn named(mut link: Link) -> Link {
    link.descriptor
        .set("annotations", Tree::object([("org.opencontainers.image.ref.name", REF_NAME.into())]));
    link
}

/// A manifest before its descriptors are put in.
pub fn manifest_tree() -> Tree {
    Tree::object([("schemaVersion", 2.into()), ("mediaType", media_type::MANIFEST.into())])
}

/// An index before its descriptors are put in.
pub fn index_tree() -> Tree {
    Tree::object([("schemaVersion", 2.into()), ("mediaType", media_type::INDEX.into())])
}

fn platform(architecture: &str) -> Tree {
    let mut platform = Tree::object([("architecture", architecture.into()), ("os", "linux".into())]);
    if architecture == "arm64" {
        platform.set("variant", "v8");
    }
    platform
}

/// A tar archive of these entries; a name that ends in a slash is a directory.
pub fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_ustar();
        let is_directory = name.ends_with('/');
        header.set_entry_type(if is_directory { tar::EntryType::Directory } else { tar::EntryType::Regular });
        header.set_mode(if is_directory { 0o755 } else { 0o644 });
        header.set_size(content.len() as u64);
        header.set_mtime(1_767_323_045);
        // Writing to memory fails only for a name that does not fit, and those here do.
        let _ = builder.append_data(&mut header, name, *content);
    }
    builder.into_inner().unwrap_or_default()
}

/// The bytes in base 64, as descriptors embed them.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes compressed with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The bytes that were compressed with gzip; as they are, if they were not.
pub fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => bytes.to_vec(),
    }
}

/// The bytes compressed with zstd.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    // Writing to memory does not fail.
    zstd::encode_all(bytes, zstd::DEFAULT_COMPRESSION_LEVEL).unwrap_or_default()
}
