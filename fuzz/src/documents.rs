//! Documents as trees that can be edited and written anew.

use seaworthy_generators::choices::Choices;
use seaworthy_generators::tree::Tree;
use seaworthy_image::graph::{self, Start, Visit, walk};
use seaworthy_image::json::{Document, Kind, Value};
use seaworthy_image::layout::{HEADER, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::judge::{self, Judged};

/// Nesting beyond which a document is not turned into a tree: trees are built and written by
/// recursion, documents are not read by it.
pub const DEPTH: usize = 200;

/// The tree of a value; numbers are kept as they are written. `None` for nesting beyond
/// [`DEPTH`].
pub fn tree(value: Value<'_>) -> Option<Tree> {
    tree_at(value, 0)
}

fn tree_at(value: Value<'_>, depth: usize) -> Option<Tree> {
    if depth > DEPTH {
        return None;
    }
    Some(match value.kind() {
        Kind::Null => Tree::Null,
        Kind::Bool => Tree::Bool(value.as_bool()?),
        Kind::Number => Tree::raw(value.raw()),
        Kind::String => Tree::String(value.as_str()?.into_owned()),
        Kind::Array => {
            Tree::Array(value.items().map(|item| tree_at(item, depth + 1)).collect::<Option<_>>()?)
        }
        Kind::Object => {
            let member = |name: String, value| Some((name, tree_at(value, depth + 1)?));
            let members = value.members().map(|one| member(one.name().into_owned(), one.value));
            Tree::Object(members.collect::<Option<_>>()?)
        }
    })
}

/// The document with the header, the index, and every manifest and configuration of a layout,
/// each with what it is.
pub fn of_layout(layout: &Memory, version: SpecVersion) -> Vec<(DocumentKind, Vec<u8>)> {
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    let header = layout.files.get(HEADER).map(|bytes| (DocumentKind::Header, bytes.clone()));
    let walked = walk(layout, version, &limits, Start::Everywhere, |visit: &Visit<'_>| {
        (visit.kind, visit.bytes.to_vec())
    });
    header.into_iter().chain(walked.map(|walked| walked.visits).unwrap_or_default()).collect()
}

/// What the rules say of one document.
pub fn judged(bytes: &[u8], kind: DocumentKind, version: SpecVersion) -> Judged {
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    let judged = judge::document("document", bytes, kind, version, &limits);
    crate::targets::feedback::fired(&judged);
    judged
}

/// What the rules say of a layout. A layout in memory can always be read.
pub fn judged_layout(layout: &Memory, version: SpecVersion) -> Judged {
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    let judged = judge::layout(layout, None, version, &limits).expect("memory can be read");
    crate::targets::feedback::fired(&judged);
    judged
}

/// What a document seems to be; a manifest where nothing tells.
pub fn kind_of(document: &Document<'_>) -> DocumentKind {
    DocumentKind::recognise(document.root()).unwrap_or(DocumentKind::Manifest)
}

/// Choices that depend on nothing but the bytes of an input that is itself no list of choices.
pub fn choices_from(bytes: &[u8]) -> Vec<u8> {
    // Folded down first: the seed is made from a text.
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    seaworthy_generators::choices::seeded(&hash.to_string(), 256)
}

/// A version of the specification.
pub fn version(choices: &mut Choices<'_>) -> SpecVersion {
    *choices.pick(&SpecVersion::ALL)
}
