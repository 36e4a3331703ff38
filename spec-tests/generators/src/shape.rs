//! The plain images that static cases start from: small, the same each time, and clean of every
//! advice, so that one edit is the only thing a reader can object to.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seaworthy_image::digest::Algorithm;
use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

use crate::choices::Choices;
use crate::draft::{Content, Draft, Link, NodeId, NodeKind};
use crate::layer::{Layer, directory, file, hard_link, symlink, with};
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
    /// One image with two layers: [`base_layer`] and [`top_layer`].
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

    /// The plain image of this shape as a layout: the same each time, so it is made once.
    pub fn layout(self) -> &'static Memory {
        static LAYOUTS: LazyLock<[Memory; Shape::ALL.len()]> =
            LazyLock::new(|| Shape::ALL.map(|shape| shape.draft().seal(&mut Choices::new(&[]))));
        &LAYOUTS[self as usize]
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
    let layers = [base_layer(), top_layer()]
        .map(|members| draft.push(NodeKind::Opaque, Content::Layer(Layer::new(members)), Vec::new()));
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
    config.set("rootfs", Tree::object([("type", "layers".into())]));
    let history = ["add etc", "add data"].map(|command| {
        Tree::object([("created", "2026-01-02T03:04:05Z".into()), ("created_by", command.into())])
    });
    config.set("history", Vec::from(history));
    let config = draft.push(NodeKind::Config, Content::Document(config), Vec::new());
    draft.nodes[config].diff_ids = layers.map(|layer| (layer, Algorithm::Sha256)).into();
    let mut links = vec![Link::new(Relation::Config, media_type::CONFIG, config)];
    links.extend(layers.map(|layer| Link::new(Relation::Layer, media_type::LAYER_TAR_GZIP, layer)));
    draft.push(NodeKind::Manifest, Content::Document(manifest_tree()), links)
}

/// The lowest layer of a plain image: a file system that is small, and has something of each kind that
/// needs no privileges to unpack.
pub fn base_layer() -> Vec<Member> {
    vec![
        directory("bin/"),
        with(file("bin/cat", "#!/bin/sh\nexec cat \"$@\"\n"), |cat| cat.mode = 0o755),
        with(hard_link("bin/dog", "bin/cat"), |dog| dog.mode = 0o755),
        directory("etc/"),
        file("etc/group", GROUP),
        file("etc/motd", "ahoy\n"),
        file("etc/passwd", PASSWD),
        directory("etc/ports/"),
        file("etc/ports/.hidden", "cove\n"),
        file("etc/ports/north", "54.3\n"),
        directory("etc/ports/far/"),
        file("etc/ports/far/south", "-54.8\n"),
        symlink("etc/welcome", "motd"),
        symlink("lib", "usr/lib"),
        directory("usr/"),
        directory("usr/lib/"),
        file("usr/lib/chart", "here be dragons\n"),
    ]
}

/// The layer on top of it.
pub fn top_layer() -> Vec<Member> {
    vec![directory("data/"), file("data/log", "day one\n")]
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

/// The bytes in base 64, as descriptors embed them.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
