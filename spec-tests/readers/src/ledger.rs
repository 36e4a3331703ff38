//! The disagreements that are known, each with who, why, and what the standard says.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::compare::{Difference, Disagreement};

/// The committed ledger, `reports/readers.toml`.
pub const COMMITTED: &str = include_str!("../../../reports/readers.toml");

/// Known disagreements.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The readers, each with the version that was looked at; of another version nothing is known.
    pub versions: BTreeMap<String, String>,
    /// The disagreements.
    #[serde(default, rename = "disagreement")]
    pub known: Vec<Known>,
}

/// One signature: readers that do the same with archives that are odd in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// What is odd about the archives, by one name of [`crate::oddity`]; `nothing` where nothing is.
    pub oddity: String,
    /// What becomes of it.
    pub difference: Difference,
    /// The readers.
    pub readers: Vec<String>,
    /// What they do.
    pub does: String,
    /// What the standard says, and where.
    pub standard: String,
    /// Who follows it.
    pub right: Right,
    /// A case that shows it.
    pub example: String,
}

/// Who follows the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// The reference does, and these readers do not.
    Reference,
    /// These readers do, and the reference does not.
    Readers,
    /// The standard lets everybody do as they do: both are right.
    Both,
    /// The standard says nothing of such archives.
    Open,
}

impl Right {
    /// For people.
    pub const fn describe(self) -> &'static str {
        match self {
            Right::Reference => "the reference follows the standard",
            Right::Readers => "this reader follows the standard",
            Right::Both => "the standard allows both",
            Right::Open => "the standard leaves it open",
        }
    }
}

/// What a ledger is wrong about.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It is not of the form.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// An entry names a reader without a version.
    #[error("{reader} in the entry on {oddity} has no version")]
    Unversioned {
        /// The reader.
        reader: String,
        /// The entry.
        oddity: String,
    },
    /// One reader has one difference at one oddity in two entries.
    #[error("{reader} stands in two entries on {oddity}, {difference}")]
    Twice {
        /// The reader.
        reader: String,
        /// The oddity of both.
        oddity: String,
        /// The difference of both.
        difference: &'static str,
    },
}

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Errors
    ///
    /// It is not TOML of this form, or says something of a reader without its version, or twice.
    pub fn parse(text: &str) -> Result<Ledger, LedgerError> {
        let ledger: Ledger = toml::from_str(text)?;
        let mut seen = std::collections::BTreeSet::new();
        for known in &ledger.known {
            for reader in &known.readers {
                let (reader, oddity) = (reader.clone(), known.oddity.clone());
                if !ledger.versions.contains_key(&reader) {
                    return Err(LedgerError::Unversioned { reader, oddity });
                }
                if !seen.insert((reader.clone(), oddity.clone(), known.difference)) {
                    return Err(LedgerError::Twice { reader, oddity, difference: known.difference.as_str() });
                }
            }
        }
        Ok(ledger)
    }

    /// The place of the entry that explains a disagreement of a reader: of the one whose oddity is
    /// nearest to it.
    pub fn explain(&self, reader: &str, disagreement: &Disagreement) -> Option<usize> {
        const NOTHING: &str = "nothing";
        let is_plain = disagreement.oddities.is_empty();
        let names = disagreement.oddities.iter().map(String::as_str).chain(is_plain.then_some(NOTHING));
        names.into_iter().find_map(|name| {
            self.known.iter().position(|known| {
                known.oddity == name
                    && known.difference == disagreement.difference
                    && known.readers.iter().any(|known| known == reader)
            })
        })
    }
}
