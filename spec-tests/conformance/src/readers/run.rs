//! All readers over all archives.

use std::panic::{AssertUnwindSafe, catch_unwind};

use seaworthy_readers::{Difference, Disagreement, Ledger, Limits, Listing, Reference, compare, crates};

use super::corpus::Archive;
use super::programs::{Answer, Program};
use crate::process::{self, Confiner};
use crate::subjects::Unavailable;

/// What all readers make of all archives.
#[derive(Debug)]
pub struct Report {
    /// The archives, as the reference reads them.
    pub archives: Vec<Read>,
    /// The readers.
    pub readers: Vec<ReaderReport>,
}

/// An archive, as the reference reads it.
#[derive(Debug)]
pub struct Read {
    /// What it is called.
    pub name: String,
    /// What is made of it.
    pub reference: Reference,
}

/// What a reader makes of all archives.
#[derive(Debug)]
pub struct ReaderReport {
    /// Its name.
    pub name: String,
    /// Its version, or why it was not asked.
    pub version: Result<String, Unavailable>,
    /// Whether it is the version that the ledger is about.
    pub is_known_version: bool,
    /// The archives on which it does not agree, in their order.
    pub outcomes: Vec<Outcome>,
}

/// A reader that does not agree on an archive.
#[derive(Debug)]
pub struct Outcome {
    /// Which archive.
    pub archive: usize,
    /// How it differs, or that it fails: a crash, or no end within the limits.
    pub what: Result<Disagreement, Failed>,
    /// The place in the ledger of the entry that knows of it.
    pub known: Option<usize>,
}

/// A reader that did not get to an end by itself: what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(pub String);

/// Something that the ledger says and that does not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// What is odd.
    pub oddity: String,
    /// What became of it.
    pub difference: Difference,
    /// The reader that agrees now; `None` if it is the example that does not show it.
    pub reader: Option<String>,
}

/// Compares the libraries and the programs with the reference.
///
/// # Errors
///
/// A program could not be run, which is not its own doing.
pub fn compare_all(
    archives: &[Archive],
    programs: &[Program],
    confiner: &Confiner,
    ledger: &Ledger,
    limits: &Limits,
) -> Result<Report, process::Error> {
    let read = archives
        .iter()
        .map(|archive| Read { name: archive.name.clone(), reference: Reference::of(&archive.bytes, limits) });
    let mut report = Report { archives: read.collect(), readers: Vec::new() };
    for reader in crates::ALL {
        // One listing at a time is in memory.
        let outcomes = archives.iter().enumerate().filter_map(|(at, archive)| {
            // A crash of theirs is not ours.
            let listing = catch_unwind(AssertUnwindSafe(|| reader.list(&archive.bytes, limits)));
            let answer = listing.map_or_else(|_| Answer::Failed("it panics".to_owned()), Answer::Listing);
            judge(&report.archives[at].reference, at, answer, reader.name(), ledger)
        });
        let outcomes = outcomes.collect();
        report.readers.push(of_reader(reader.name(), Ok(reader.version().to_owned()), ledger, outcomes));
    }
    let bytes: Vec<&[u8]> = archives.iter().map(|archive| &archive.bytes[..]).collect();
    for program in programs {
        let version = program.version(confiner);
        let mut outcomes = Vec::new();
        if version.is_ok() {
            let answers = program.list(&bytes, confiner, &process::Limits::default())?;
            for (at, answer) in answers.into_iter().enumerate() {
                outcomes.extend(judge(&report.archives[at].reference, at, answer, program.name, ledger));
            }
        }
        report.readers.push(of_reader(program.name, version, ledger, outcomes));
    }
    Ok(report)
}

fn of_reader(
    name: &str,
    version: Result<String, Unavailable>,
    ledger: &Ledger,
    outcomes: Vec<Outcome>,
) -> ReaderReport {
    let is_known_version = version.as_ref().is_ok_and(|version| ledger.versions.get(name) == Some(version));
    ReaderReport { name: name.to_owned(), version, is_known_version, outcomes }
}

fn judge(
    reference: &Reference,
    archive: usize,
    answer: Answer,
    reader: &str,
    ledger: &Ledger,
) -> Option<Outcome> {
    let disagreement = |listing: Listing| compare(reference, &listing);
    match answer {
        Answer::Failed(words) => Some(Outcome { archive, what: Err(Failed(words)), known: None }),
        Answer::Listing(listing) => disagreement(listing).map(|disagreement| {
            let known = ledger.explain(reader, &disagreement);
            Outcome { archive, what: Ok(disagreement), known }
        }),
    }
}

impl Report {
    /// The disagreements that the ledger does not know, of readers in the version that it is about.
    pub fn unknown(&self) -> impl Iterator<Item = (&ReaderReport, &Outcome)> {
        let readers = self.readers.iter().filter(|reader| reader.is_known_version);
        readers.flat_map(|reader| {
            let unknown = reader.outcomes.iter().filter(|outcome| outcome.known.is_none());
            unknown.map(move |outcome| (reader, outcome))
        })
    }

    /// What the ledger says and none of these archives shows, of readers in the version that it is about.
    pub fn stale(&self, ledger: &Ledger) -> Vec<Stale> {
        let mut stale = Vec::new();
        for (at, known) in ledger.known.iter().enumerate() {
            let mut is_asked = false;
            let mut has_example = false;
            for name in &known.readers {
                let Some(reader) = self.readers.iter().find(|reader| reader.name == *name) else { continue };
                if !reader.is_known_version {
                    continue;
                }
                is_asked = true;
                let mut shown = reader.outcomes.iter().filter(|outcome| outcome.known == Some(at)).peekable();
                if shown.peek().is_none() {
                    let (oddity, reader) = (known.oddity.clone(), Some(name.clone()));
                    stale.push(Stale { oddity, difference: known.difference, reader });
                }
                has_example |= shown.any(|outcome| self.archives[outcome.archive].name == known.example);
            }
            if is_asked && !has_example {
                let oddity = known.oddity.clone();
                stale.push(Stale { oddity, difference: known.difference, reader: None });
            }
        }
        stale
    }
}
