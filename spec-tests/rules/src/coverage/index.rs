//! The committed form of the index.

use std::collections::HashSet;
use std::str::FromStr;

use seaworthy_image::spec::SpecVersion;
use serde::Deserialize;

use crate::sentences::{FINGERPRINT_DIGITS, Keyword};

/// Reads an index. `V` is what the versions of the specification are called by:
///
/// ```
/// # use seaworthy_image::spec::SpecVersion;
/// # use seaworthy_rules::coverage::{Claim, parse};
/// let entries = parse::<SpecVersion>(
///     r#"
///     [[sentence]]
///     section = "descriptor.md#digests"
///     property = "digest"                  # left out where the sentence is about no property
///     fingerprint = "0123456789abcdef"
///     keywords = ["MUST"]
///     versions = ["1.0.2", "1.1.1", "dev"]
///     rules = ["descriptor/digest-syntax"] # or: except = "the reason why no rule answers it"
///     "#,
/// )?;
/// assert_eq!(entries[0].claim, Claim::Rules(vec!["descriptor/digest-syntax".to_owned()]));
/// # Ok::<(), seaworthy_rules::coverage::IndexError>(())
/// ```
pub fn parse<V: FromStr + Ord>(text: &str) -> Result<Vec<Entry<V>>, IndexError> {
    let file: File = toml::from_str(text)?;
    let mut seen = HashSet::new();
    file.sentence
        .into_iter()
        .map(|row| {
            let (place, fingerprint) = (row.section.clone(), row.fingerprint.clone());
            let fresh = seen.insert((place.clone(), row.property.clone(), fingerprint.clone()));
            let entry = if fresh { row.check() } else { Err(Fault::Twice) };
            entry.map_err(|fault| IndexError::Entry { place, fingerprint, fault })
        })
        .collect()
}

/// One normative sentence of the specification, and what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<V = SpecVersion> {
    /// The document and the section's anchor, such as `descriptor.md#digests`.
    pub place: String,
    /// The property that the sentence is about; see [`Sentence::property`](crate::sentences::Sentence::property).
    pub property: String,
    /// See [`Sentence::fingerprint`](crate::sentences::Sentence::fingerprint).
    pub fingerprint: String,
    /// Its keywords, in order of appearance.
    pub keywords: Vec<Keyword>,
    /// The versions that hold the sentence, oldest first.
    pub versions: Vec<V>,
    /// What answers it.
    pub claim: Claim,
}

impl<V: PartialEq> Entry<V> {
    /// Whether a version of the specification holds the sentence.
    pub fn is_in(&self, version: V) -> bool {
        self.versions.contains(&version)
    }
}

/// What answers a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// These rules.
    Rules(Vec<String>),
    /// No rule, for this reason.
    Except(String),
}

/// An index that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Not TOML, or not of the right form.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// One entry is wrong.
    #[error("sentence {fingerprint} in {place}: {fault}")]
    Entry {
        /// The entry's section.
        place: String,
        /// The entry's fingerprint.
        fingerprint: String,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody accounts for the sentence.
    #[error("neither rules nor an exception with a reason")]
    Unaccounted,
    /// A sentence that a rule answers needs no excuse.
    #[error("both rules and an exception")]
    RulesAndException,
    /// The entry says nothing that the one before does not.
    #[error("listed twice")]
    Twice,
    /// The fingerprint is not as long as it should be, or not lower-case hexadecimal.
    #[error("the fingerprint is not {FINGERPRINT_DIGITS} lower-case hexadecimal digits")]
    Fingerprint,
    /// No version, or not oldest first.
    #[error("the versions must be at least one, each once, oldest first")]
    Versions,
    /// A version that does not exist.
    #[error("{0:?} is no version")]
    UnknownVersion(String),
    /// A sentence without keywords is not normative.
    #[error("no keywords")]
    NoKeywords,
    /// A keyword that does not exist.
    #[error("{0:?} is no keyword")]
    UnknownKeyword(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    sentence: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    section: String,
    #[serde(default)]
    property: String,
    fingerprint: String,
    keywords: Vec<String>,
    versions: Vec<String>,
    rules: Option<Vec<String>>,
    except: Option<String>,
}

impl Row {
    fn check<V: FromStr + Ord>(self) -> Result<Entry<V>, Fault> {
        let digits = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if self.fingerprint.len() != FINGERPRINT_DIGITS || !digits(&self.fingerprint) {
            return Err(Fault::Fingerprint);
        }
        let version = |name: &String| name.parse().map_err(|_| Fault::UnknownVersion(name.clone()));
        let versions = self.versions.iter().map(version).collect::<Result<Vec<V>, _>>()?;
        if versions.is_empty() || !versions.is_sorted_by(|a, b| a < b) {
            return Err(Fault::Versions);
        }
        let keyword =
            |name: &String| Keyword::from_name(name).ok_or_else(|| Fault::UnknownKeyword(name.clone()));
        let keywords = self.keywords.iter().map(keyword).collect::<Result<Vec<Keyword>, _>>()?;
        if keywords.is_empty() {
            return Err(Fault::NoKeywords);
        }
        let claim = match (self.rules, self.except) {
            (Some(_), Some(_)) => return Err(Fault::RulesAndException),
            (Some(rules), None) if !rules.is_empty() => Claim::Rules(rules),
            (None, Some(reason)) if !reason.trim().is_empty() => Claim::Except(reason),
            _ => return Err(Fault::Unaccounted),
        };
        let Row { section: place, property, fingerprint, .. } = self;
        Ok(Entry { place, property, fingerprint, keywords, versions, claim })
    }
}
