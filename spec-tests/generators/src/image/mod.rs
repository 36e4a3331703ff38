//! Whole images from choices: valid by construction, and small.
//!
//! [`generate`] builds a layout from the bottom up. Every part of it comes from a table of valid
//! values or from a function that can only make one, so nothing is ever made and thrown away.
//! What a version of the specification does not have yet is left out in that version.

mod annotations;
mod artifact;
mod config;
mod descriptor;
mod execution;
mod index;
mod layer;
mod manifest;
mod platform;
mod text;
mod unknown;

use seaworthy_image::digest::Algorithm;
use seaworthy_image::spec::SpecVersion;

use crate::choices::Choices;
use crate::draft::{Content, Draft, Link, Node, NodeId, NodeKind};
use crate::features::Features;
use crate::tree::{Style, Tree};

/// A valid image layout of that version, made of these features and chosen by these choices.
///
/// It keeps every requirement of the specification, the advised ones included unless
/// [`Features::advice`] is on. Without choices it is the smallest image there is.
pub fn generate(choices: &mut Choices<'_>, features: &Features, version: SpecVersion) -> Draft {
    let draft = Draft { header: Tree::Null, nodes: Vec::new(), style: Style::default(), extras: Vec::new() };
    let room = features.manifests;
    let mut builder = Builder {
        choices,
        features,
        version,
        draft,
        room,
        empty: None,
        bases: Vec::new(),
        listed: Vec::new(),
    };
    builder.style();
    builder.header();
    builder.unreferenced();
    builder.extra_files();
    builder.root();
    builder.draft
}

/// A layout while it is built.
struct Builder<'b, 'a> {
    choices: &'b mut Choices<'a>,
    features: &'b Features,
    version: SpecVersion,
    draft: Draft,
    /// How many manifests and indexes may still be added.
    room: usize,
    /// The blob `{}`, once there is one.
    empty: Option<NodeId>,
    /// The layers that can be the lowest of another image.
    bases: Vec<layer::Layer>,
    /// The manifests and indexes so far.
    listed: Vec<Listed>,
}

/// A manifest or an index that can be listed in an index, or be the subject of another.
#[derive(Clone)]
struct Listed {
    node: NodeId,
    media_type: &'static str,
    platform: Option<Tree>,
    artifact_type: Option<String>,
}

/// Files that a layout may have besides its own.
const EXTRA_FILES: &[(&str, &[u8])] = &[
    ("manifest.json", b"[]"),
    ("README", b"A layout with a note beside it.\n"),
    ("repositories", b"{}"),
    ("signatures/index.json.sig", b"\x00\x01\x02"),
    (".hidden", b""),
    ("notes/two words.txt", b"\xff"),
];

impl Builder<'_, '_> {
    /// Whether to use a feature: in about `percent` of a hundred cases if it is on.
    fn may(&mut self, is_on: bool, percent: usize) -> bool {
        is_on && self.choices.chance(percent)
    }

    /// Calls `make` at least `least` times and at most `most` times. It asks each time whether to
    /// go on, not for a number beforehand: so when bytes shrink, one turn can go and the others
    /// stay as they are.
    fn repeat(&mut self, least: usize, most: usize, percent: usize, mut make: impl FnMut(&mut Self)) {
        for done in 0..most {
            if done >= least && !self.choices.chance(percent) {
                break;
            }
            make(self);
        }
    }

    /// Whether the version has what came with 1.1.
    fn has_1_1(&self) -> bool {
        self.version >= SpecVersion::V1_1_1
    }

    fn algorithm(&mut self) -> Algorithm {
        let since = |algorithm: &Algorithm| algorithm.since() <= self.version;
        let known: Vec<Algorithm> = Algorithm::ALL.into_iter().filter(since).collect();
        if self.may(self.features.algorithms, 20) { *self.choices.pick(&known) } else { Algorithm::Sha256 }
    }

    /// Adds a node under a digest of any algorithm; sometimes it is not stored.
    fn push(&mut self, kind: NodeKind, content: Content, links: Vec<Link>) -> NodeId {
        let algorithm = self.algorithm();
        let stored = !self.may(self.features.missing_blobs, 5);
        self.draft.nodes.push(Node { kind, content, links, algorithm, stored, diff_ids: Vec::new() });
        self.draft.nodes.len() - 1
    }

    fn push_bytes(&mut self, bytes: impl Into<Vec<u8>>) -> NodeId {
        self.push(NodeKind::Opaque, Content::Bytes(bytes.into()), Vec::new())
    }

    fn style(&mut self) {
        if self.may(self.features.style, 40) {
            self.draft.style = Style {
                indent: *self.choices.pick(&[None, Some(2), Some(1), Some(0)]),
                odd_space: self.choices.chance(40),
                shuffle: self.choices.chance(50),
                escapes: self.choices.chance(40),
            };
        }
    }

    fn header(&mut self) {
        let mut header = Tree::object([("imageLayoutVersion", "1.0.0".into())]);
        self.add_unknown(&mut header);
        self.draft.header = header;
    }

    fn unreferenced(&mut self) {
        if self.may(self.features.unreferenced_blobs, 12) {
            let text = self.words();
            self.push_bytes(text);
        }
    }

    fn extra_files(&mut self) {
        if self.may(self.features.extra_files, 12) {
            let (path, content) = *self.choices.pick(EXTRA_FILES);
            self.draft.extras.push((path.to_owned(), content.to_vec()));
        }
    }
}
