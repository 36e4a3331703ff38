//! Somebody else's reader of documents, and what it must not do whatever it is given.
//!
//! Implement [`Reader`] for a parser, call [`check`] from a fuzz target with any bytes, and the
//! generators, mutators and rules of this project are at work on it. `fuzz/README.md` shows it in
//! ten lines.

pub mod program;
pub mod serde;

use seaworthy_generators::choices::Choices;
use seaworthy_generators::tree::Style;
use seaworthy_image::json::{AnomalyKind, Document, Limits};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, DocumentKind, Index, Manifest};
use seaworthy_rules::Finding;

use crate::documents::{choices_from, judged, kind_of, tree};

/// A reader of documents that is put to the test.
pub trait Reader {
    /// Reads a document of that kind: the digest and the size of every descriptor that the reader
    /// would follow, in the order of the document (of a manifest the configuration, the layers,
    /// the subject), or nothing if it refuses.
    fn read(&self, kind: DocumentKind, bytes: &[u8]) -> Option<Vec<(String, i64)>>;
}

/// What is wrong with what a reader did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misreading {
    /// It refuses a document that breaks no requirement.
    RefusesValid,
    /// It takes a document that is not JSON, or not one text of it.
    TakesNoJson,
    /// It would follow other descriptors than those that are written, and nothing is wrong with
    /// the document that would excuse it.
    ReadsOtherwise {
        /// What is written.
        written: Vec<(String, i64)>,
        /// What the reader saw.
        read: Vec<(String, i64)>,
    },
    /// The same document in another style (white space, the order of members, escapes) is another
    /// one to it.
    DependsOnStyle,
}

/// Gives a reader any bytes, and says what it did wrong.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn check(reader: &dyn Reader, bytes: &[u8]) -> Result<(), Misreading> {
    let Ok(document) = Document::parse(bytes, &Limits::default()) else {
        let read = DocumentKind::ALL.iter().find_map(|&kind| reader.read(kind, bytes));
        return if read.is_some() { Err(Misreading::TakesNoJson) } else { Ok(()) };
    };
    let kind = kind_of(&document);
    let read = reader.read(kind, bytes);
    if document.anomalies().iter().any(|anomaly| anomaly.kind == AnomalyKind::TrailingData) {
        return if read.is_some() { Err(Misreading::TakesNoJson) } else { Ok(()) };
    }
    let findings = judged(bytes, kind, SpecVersion::Dev).findings;
    let Some(read) = read else {
        let is_valid = findings.is_empty() && document.anomalies().is_empty() && is_plain(&document);
        return if is_valid { Err(Misreading::RefusesValid) } else { Ok(()) };
    };
    if excuses(&findings) {
        return Ok(());
    }
    let written = descriptors(&document, kind);
    if read != written {
        return Err(Misreading::ReadsOtherwise { written, read });
    }
    let Some(tree) = tree(document.root()).filter(|_| document.anomalies().is_empty()) else { return Ok(()) };
    let seed = choices_from(bytes);
    let mut choices = Choices::new(&seed);
    let style = Style { indent: Some(2), odd_space: true, shuffle: true, escapes: choices.chance(50) };
    let again = tree.write(&style, &mut choices);
    if reader.read(kind, &again) != Some(written) { Err(Misreading::DependsOnStyle) } else { Ok(()) }
}

/// Whether the document breaks something that readers may make different things of. A breach that
/// only makes it ill-advised is no such thing.
fn excuses(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level.is_error())
}

/// Whether a document is one that every reader should take: not deeper than the fixed limits of
/// common libraries, and without numbers that no type of theirs holds.
fn is_plain(document: &Document<'_>) -> bool {
    tree(document.root()).is_some_and(|_| depth(document) < 100)
        && document.numbers().all(|number| {
            number.as_integer().is_some_and(|integer| integer.value().is_some())
                || number.fits_double() == Some(true)
        })
}

fn depth(document: &Document<'_>) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in document.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// The digests and sizes that are written in a document. A `subject` that is null may be meant as
/// absent, see the case `descriptor/object/subject-null`.
pub fn descriptors(document: &Document<'_>, kind: DocumentKind) -> Vec<(String, i64)> {
    let of = |descriptor: Descriptor<'_>| {
        let digest = descriptor.digest_text().map(|digest| digest.into_owned());
        (digest.unwrap_or_default(), descriptor.size_value().unwrap_or_default())
    };
    let is_there = |one: &Descriptor<'_>| !one.value.is_null();
    let root = document.root();
    match kind {
        DocumentKind::Index => {
            Index::of(root).descriptors().map(|(_, one)| one).filter(is_there).map(of).collect()
        }
        DocumentKind::Manifest => {
            Manifest::of(root).descriptors().map(|(_, one)| one).filter(is_there).map(of).collect()
        }
        DocumentKind::Descriptor => vec![of(Descriptor::of(root))],
        DocumentKind::Header | DocumentKind::Config => Vec::new(),
    }
}
