//! Ways to look at a sample.

use std::io::Read;
use std::ops::Deref;

use seaworthy_generators::draft::{Content, Link, Node, NodeKind};
use seaworthy_generators::strategy::Sample;
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::Algorithm;
use seaworthy_image::views::Relation;
use tar::{Archive, Header};

/// A sample, with what takes a while to find out.
pub struct Seen {
    sample: Sample,
    /// Everything that is text, one after the other.
    text: String,
    /// The blobs that are no documents.
    blobs: Vec<Vec<u8>>,
    /// The entries of all archives.
    entries: Vec<Entry>,
}

/// An entry of an archive.
pub struct Entry {
    pub path: Vec<u8>,
    pub header: Header,
    /// The keywords of its PAX records.
    pub keywords: Vec<String>,
}

impl Deref for Seen {
    type Target = Sample;

    fn deref(&self) -> &Sample {
        &self.sample
    }
}

impl Seen {
    pub fn new(sample: Sample) -> Seen {
        let texts = sample.layout.files.values().filter_map(|content| std::str::from_utf8(content).ok());
        let text = texts.collect();
        let blobs: Vec<Vec<u8>> = sample.draft.nodes.iter().filter_map(bytes).collect();
        let entries = blobs.iter().flat_map(|blob| archive_entries(blob)).collect();
        Seen { sample, text, blobs, entries }
    }
}

fn bytes(node: &Node) -> Option<Vec<u8>> {
    match &node.content {
        Content::Bytes(bytes) => Some(bytes.clone()),
        Content::Layer(layer) => Some(layer.packing.pack(&layer.archive())),
        Content::Document(_) => None,
    }
}

/// The entries of an archive, compressed or not; none if it is no archive.
fn archive_entries(bytes: &[u8]) -> Vec<Entry> {
    let mut plain = Vec::new();
    let read = match bytes {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain).map(drop),
        [0x28, 0xb5, ..] | [0x50, 0x2a, ..] => zstd::stream::copy_decode(bytes, &mut plain),
        _ => {
            plain.extend_from_slice(bytes);
            Ok(())
        }
    };
    read.expect("layers can be decompressed");
    let mut archive = Archive::new(&plain[..]);
    let entries = archive.entries().into_iter().flatten().filter_map(Result::ok);
    let entry = |mut entry: tar::Entry<'_, _>| {
        let records = entry.pax_extensions().ok().flatten().into_iter().flatten();
        let keywords = records.filter_map(|record| Some(record.ok()?.key().ok()?.to_owned())).collect();
        Entry { path: entry.path_bytes().into_owned(), header: entry.header().clone(), keywords }
    };
    entries.map(entry).collect()
}

pub fn links(seen: &Seen) -> impl Iterator<Item = &Link> {
    seen.draft.nodes.iter().flat_map(|node| &node.links)
}

pub fn of_kind(seen: &Seen, kind: NodeKind) -> impl Iterator<Item = &Node> {
    seen.draft.nodes.iter().filter(move |node| node.kind == kind)
}

pub fn is_root(seen: &Seen, node: &Node) -> bool {
    std::ptr::eq(node, &seen.draft.nodes[seen.draft.root()])
}

pub fn entries(seen: &Seen) -> usize {
    let root = &seen.draft.nodes[seen.draft.root()];
    root.links.iter().filter(|link| link.relation == Relation::Entry).count()
}

pub fn leads_to(seen: &Seen, link: &Link, kind: NodeKind) -> bool {
    link.relation == Relation::Entry && seen.draft.nodes[link.target].kind == kind
}

pub fn root_leads_to(seen: &Seen, kind: NodeKind) -> bool {
    seen.draft.nodes[seen.draft.root()].links.iter().any(|link| leads_to(seen, link, kind))
}

/// Whether a descriptor has a media type without "oci" in it.
pub fn is_foreign(link: &Link, relation: Relation) -> bool {
    link.relation == relation && !link.descriptor.text("mediaType").contains("vnd.oci.")
}

pub fn has_twice(seen: &Seen, relation: Relation) -> bool {
    let targets: Vec<_> =
        links(seen).filter(|link| link.relation == relation).map(|link| link.target).collect();
    (1..targets.len()).any(|at| targets[..at].contains(&targets[at]))
}

/// Whether the configuration and the first layer of an artifact have these types.
pub fn artifact(seen: &Seen, is: impl Fn(&str, &str) -> bool) -> bool {
    of_kind(seen, NodeKind::Artifact).any(|node| {
        let media_type = |at: usize| node.links[at].descriptor.text("mediaType");
        is(media_type(0), media_type(1))
    })
}

pub fn has_subject(seen: &Seen, kind: NodeKind) -> bool {
    of_kind(seen, kind).any(|node| node.links.iter().any(|link| link.relation == Relation::Subject))
}

pub fn leads(seen: &Seen, relation: Relation, is: impl Fn(&Node) -> bool) -> bool {
    links(seen).any(|link| link.relation == relation && is(&seen.draft.nodes[link.target]))
}

pub fn has_items(tree: Option<&Tree>, least: usize) -> bool {
    matches!(tree, Some(Tree::Array(items)) if items.len() >= least)
}

pub fn has_members(tree: &Tree, least: usize) -> bool {
    matches!(tree, Tree::Object(members) if members.len() >= least)
}

pub fn documents(seen: &Seen, kind: NodeKind) -> impl Iterator<Item = &Tree> {
    of_kind(seen, kind).filter_map(|node| match &node.content {
        Content::Document(tree) => Some(tree),
        Content::Layer(_) | Content::Bytes(_) => None,
    })
}

pub fn configs(seen: &Seen) -> impl Iterator<Item = &Tree> {
    documents(seen, NodeKind::Config)
}

pub fn executions(seen: &Seen) -> impl Iterator<Item = &Tree> {
    configs(seen).filter_map(|config| config.get("config"))
}

pub fn history(seen: &Seen) -> impl Iterator<Item = &Tree> {
    configs(seen).flat_map(|config| items(config.get("history")))
}

/// The algorithms of all diff IDs.
pub fn diff_ids(seen: &Seen) -> impl Iterator<Item = Algorithm> {
    of_kind(seen, NodeKind::Config).flat_map(|node| node.diff_ids.iter().map(|(_, algorithm)| *algorithm))
}

fn items(tree: Option<&Tree>) -> &[Tree] {
    match tree {
        Some(Tree::Array(items)) => items,
        _ => &[],
    }
}

/// Every map of annotations, and of labels.
pub fn annotations(seen: &Seen) -> impl Iterator<Item = &Tree> {
    let documents = seen.draft.nodes.iter().filter_map(|node| match &node.content {
        Content::Document(tree) => Some(tree),
        Content::Layer(_) | Content::Bytes(_) => None,
    });
    let maps = documents.chain(links(seen).map(|link| &link.descriptor));
    maps.filter_map(|tree| tree.get("annotations"))
        .chain(executions(seen).filter_map(|tree| tree.get("Labels")))
}

pub fn has_annotation(seen: &Seen, key: &str) -> bool {
    annotations(seen).any(|map| map.get(key).is_some())
}

pub fn contains(seen: &Seen, text: &str) -> bool {
    seen.text.contains(text)
}

pub fn opaque(seen: &Seen, is: impl Fn(&[u8]) -> bool) -> bool {
    seen.blobs.iter().any(|blob| is(blob))
}

pub fn entry(seen: &Seen, is: impl Fn(&Entry) -> bool) -> bool {
    seen.entries.iter().any(is)
}

pub fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}
