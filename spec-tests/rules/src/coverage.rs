//! Which rule answers which sentence of the specification.
//!
//! `corpus/requirements/image-spec.toml` lists every normative sentence of every version by its fingerprint,
//! each with the rules that answer it or the reason why none does. [`parse`] reads that file, [`coverage`] holds
//! it against the rules that exist, and [`compare`] holds it against the documents themselves, for whoever has a
//! checkout of the specification: a sentence that was added, changed or removed is a [`Drift`].

mod index;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use seaworthy_image::spec::SpecVersion;

pub use self::index::{Claim, Entry, Fault, IndexError, parse};
use crate::sentences::{self, Keyword, Sentence};

/// The documents of the specification that hold requirements.
pub const DOCUMENTS: [&str; 12] = [
    "annotations.md",
    "artifacts-guidance.md",
    "config.md",
    "considerations.md",
    "conversion.md",
    "descriptor.md",
    "image-index.md",
    "image-layout.md",
    "layer.md",
    "manifest.md",
    "media-types.md",
    "spec.md",
];

/// The index of every normative sentence of image-spec.
///
/// # Errors
///
/// The committed file is damaged.
pub fn index() -> Result<Vec<Entry>, IndexError> {
    parse(include_str!("../../../corpus/requirements/image-spec.toml"))
}

/// The sentences of the index, sorted by what became of them.
#[derive(Debug)]
pub struct Coverage<'a, V = SpecVersion> {
    /// How many sentences there are.
    pub sentences: usize,
    /// Those that at least one known rule answers.
    pub claimed: Vec<&'a Entry<V>>,
    /// Those that no rule answers, by the reason.
    pub excepted: BTreeMap<&'a str, Vec<&'a Entry<V>>>,
    /// Those that only unknown rules answer, so nobody does.
    pub unclaimed: Vec<&'a Entry<V>>,
    /// The rules that the index names and nobody knows.
    pub unknown_rule_ids: BTreeSet<&'a str>,
}

impl<V> Coverage<'_, V> {
    /// Whether there are sentences, and every one is accounted for by rules that exist or by a reason.
    pub fn is_complete(&self) -> bool {
        self.sentences > 0 && self.unclaimed.is_empty() && self.unknown_rule_ids.is_empty()
    }
}

/// Holds entries against the ids of the rules that exist. For one version, pass the entries [`Entry::is_in`] it.
pub fn coverage<'a, V>(
    entries: impl IntoIterator<Item = &'a Entry<V>>,
    known_rule_ids: &[&str],
) -> Coverage<'a, V> {
    let mut coverage = Coverage {
        sentences: 0,
        claimed: Vec::new(),
        excepted: BTreeMap::new(),
        unclaimed: Vec::new(),
        unknown_rule_ids: BTreeSet::new(),
    };
    for entry in entries {
        coverage.sentences += 1;
        match &entry.claim {
            Claim::Except(reason) => coverage.excepted.entry(reason).or_default().push(entry),
            Claim::Rules(rules) => {
                let (known, unknown): (Vec<&str>, Vec<&str>) =
                    rules.iter().map(String::as_str).partition(|rule| known_rule_ids.contains(rule));
                coverage.unknown_rule_ids.extend(unknown);
                match known.is_empty() {
                    true => coverage.unclaimed.push(entry),
                    false => coverage.claimed.push(entry),
                }
            }
        }
    }
    coverage
}

/// A difference between the index and the documents. A changed sentence is one that is new and one that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift<V = SpecVersion> {
    /// The document holds a sentence that the index does not.
    New(Sentence),
    /// The index holds a sentence that the document does not.
    Gone(Entry<V>),
}

impl<V> fmt::Display for Drift<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Drift::New(sentence) => {
                let (line, fingerprint) = (sentence.first_line, &sentence.fingerprint);
                write!(f, "{}, line {line}: sentence {fingerprint} is not in the index", sentence.place())
            }
            Drift::Gone(entry) => {
                write!(
                    f,
                    "{}: sentence {} of the index is not there any more",
                    entry.place, entry.fingerprint
                )
            }
        }
    }
}

/// Holds the index against all documents of one version, given as file names and markdown.
///
/// A document that is missing has lost all its sentences. What is new comes first, in the order of the documents.
/// Sentences are the same if text, keywords, section and property are: the same words under another heading bind
/// something else. The same words twice in one place are two sentences, of which the index can hold one.
pub fn compare<'a, V: Copy + PartialEq + 'a>(
    entries: impl IntoIterator<Item = &'a Entry<V>>,
    version: V,
    documents: &[(&str, &str)],
) -> Vec<Drift<V>> {
    let mut expected: HashMap<Identity, &Entry<V>> = entries
        .into_iter()
        .filter(|entry| entry.is_in(version))
        .map(|entry| (Identity::of_entry(entry), entry))
        .collect();
    let mut drifts: Vec<Drift<V>> = documents
        .iter()
        .flat_map(|(name, markdown)| sentences::split(name, markdown))
        .filter(|sentence| expected.remove(&Identity::of_sentence(sentence)).is_none())
        .map(Drift::New)
        .collect();
    let mut gone: Vec<&Entry<V>> = expected.into_values().collect();
    gone.sort_by_key(|entry| (&entry.place, &entry.property, &entry.fingerprint));
    drifts.extend(gone.into_iter().cloned().map(Drift::Gone));
    drifts
}

/// What makes two sentences the same one.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    place: String,
    property: String,
    fingerprint: String,
    keywords: Vec<Keyword>,
}

impl Identity {
    fn of_entry<V>(entry: &Entry<V>) -> Identity {
        Identity {
            place: entry.place.clone(),
            property: entry.property.clone(),
            fingerprint: entry.fingerprint.clone(),
            keywords: entry.keywords.clone(),
        }
    }

    fn of_sentence(sentence: &Sentence) -> Identity {
        Identity {
            place: sentence.place(),
            property: sentence.property.clone(),
            fingerprint: sentence.fingerprint.clone(),
            keywords: sentence.keywords.clone(),
        }
    }
}
