//! `seaworthy readers`: who lists what of an archive.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};

use anyhow::{Context, bail};
use seaworthy_image::compression;
use seaworthy_readers::{Ledger, Limits, Reference, ledger};
use serde::Serialize;

use super::check::Conclusion;
use crate::printable::printable;
use crate::process::Confiner;
use crate::readers::{Archive, Outcome, ReaderReport, Report, Stale, compare_all, corpus, programs};
use crate::storage::Directory;

/// What to compare readers on.
#[derive(Debug, Clone)]
pub struct Request {
    /// Archives, and layouts whose layers are archives; our own corpus if there are none.
    pub inputs: Vec<OsString>,
    /// Of our own corpus: the seed of random archives.
    pub seed: u64,
    /// How many of those are valid.
    pub valid: usize,
    /// How many are anything at all, and again how many are edited.
    pub wild: usize,
    /// How far an archive is decompressed.
    pub stream: compression::Limits,
    /// How far an archive is read.
    pub limits: Limits,
}

/// What came of it.
#[derive(Debug)]
pub struct Comparison {
    /// Whether it is about our own corpus.
    is_own: bool,
    ledger: Ledger,
    report: Report,
    /// What the ledger says and does not happen; nothing if it is about somebody else's archives.
    stale: Vec<Stale>,
}

/// Compares the readers.
///
/// # Errors
///
/// An archive cannot be read or decompressed, or a program could not be run.
pub fn compare(request: &Request, confiner: &Confiner) -> anyhow::Result<Comparison> {
    let ledger = Ledger::parse(ledger::COMMITTED).context("the ledger of known disagreements")?;
    let is_own = request.inputs.is_empty();
    let mut archives = Vec::new();
    if is_own {
        archives = corpus::fixed();
        archives.extend(corpus::valid(request.seed, request.valid));
        archives.extend(corpus::wild(request.seed, request.wild));
    }
    for input in &request.inputs {
        let name = input.to_string_lossy().into_owned();
        archives.extend(open(input, &name, request).with_context(|| name.clone())?);
    }
    let report = compare_all(&archives, &programs::ALL, confiner, &ledger, &request.limits)?;
    let stale = if is_own { report.stale(&ledger) } else { Vec::new() };
    Ok(Comparison { is_own, ledger, report, stale })
}

/// An archive, or all that are the layers of a layout.
fn open(input: &OsString, name: &str, request: &Request) -> anyhow::Result<Vec<Archive>> {
    let decompressed = |stream: &mut dyn Read| corpus::decompressed(stream, request.stream);
    if input == "-" {
        let bytes = decompressed(&mut io::stdin().lock())?;
        return Ok(vec![Archive { name: "standard input".to_owned(), bytes }]);
    }
    let metadata = std::fs::metadata(input)?;
    if metadata.is_file() {
        let bytes = decompressed(&mut File::open(input)?)?;
        return Ok(vec![Archive { name: name.to_owned(), bytes }]);
    }
    if !metadata.is_dir() {
        bail!("it is neither a file nor a directory; to read a stream, use - and standard input");
    }
    let layout = Directory::open(input.as_ref())?;
    let paths = corpus::layer_paths(&layout).context("it is no image layout: index.json")?;
    let layers = paths.into_iter().map(|path| {
        let bytes = corpus::layer(&layout, &path, request.stream).with_context(|| path.clone())?;
        Ok(Archive { name: format!("{}/{path}", name.trim_end_matches('/')), bytes })
    });
    layers.collect()
}

impl Comparison {
    /// Whether there are findings: in our own corpus, what the ledger does not know, or what it says and
    /// does not happen; in somebody else's archives every disagreement.
    pub fn conclusion(&self) -> Conclusion {
        let has_findings = if self.is_own {
            self.report.unknown().next().is_some() || !self.stale.is_empty()
        } else {
            self.report.readers.iter().any(|reader| !reader.outcomes.is_empty())
        };
        let is_limited = self.report.archives.iter().any(|read| read.reference.is_limited);
        match (has_findings, is_limited) {
            (_, true) => Conclusion::Unjudged,
            (true, false) => Conclusion::Findings,
            (false, false) => Conclusion::Conforms,
        }
    }
}

/// Writes it for people; with `verbose` also what is known, and every entry of somebody's archives.
///
/// # Errors
///
/// The output cannot be written.
pub fn human(comparison: &Comparison, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    if comparison.is_own {
        of_corpus(comparison, verbose, out)
    } else {
        of_archives(comparison, verbose, out)
    }
}

fn of_archives(comparison: &Comparison, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let report = &comparison.report;
    for (at, read) in report.archives.iter().enumerate() {
        let reference = &read.reference;
        writeln!(out, "{}: {}", printable(&read.name), said(reference))?;
        if verbose {
            for entry in &reference.listing.entries {
                writeln!(out, "  {entry}")?;
            }
        }
        for reader in report.readers.iter().filter(|_| !reference.is_limited) {
            let Ok(version) = &reader.version else { continue };
            let title = format!("{} {}", reader.name, printable(version));
            match reader.outcomes.iter().find(|outcome| outcome.archive == at) {
                None => writeln!(out, "  {title:<24} lists the same")?,
                Some(outcome) => {
                    writeln!(out, "  {title:<24} {}", what(outcome))?;
                    reason(outcome, &comparison.ledger, out)?;
                }
            }
        }
    }
    unavailable(report, out)
}

fn of_corpus(comparison: &Comparison, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let report = &comparison.report;
    for reader in &report.readers {
        for outcome in &reader.outcomes {
            let mark = match (&outcome.what, outcome.known) {
                (Err(_), _) => "unsafe",
                (Ok(_), None) if reader.is_known_version => "new",
                (Ok(_), None) => "unknown version",
                (Ok(_), Some(_)) if verbose => "known",
                (Ok(_), Some(_)) => continue,
            };
            let name = printable(&report.archives[outcome.archive].name);
            writeln!(out, "{}  {mark}  {name}  {}", reader.name, what(outcome))?;
            reason(outcome, &comparison.ledger, out)?;
        }
    }
    for Stale { oddity, difference, reader } in &comparison.stale {
        match reader {
            Some(reader) => {
                writeln!(out, "{reader}  stale  {oddity}, {}: it no longer happens", difference.as_str())?;
            }
            None => writeln!(out, "stale  {oddity}, {}: the example does not show it", difference.as_str())?,
        }
    }
    writeln!(out, "\nreader            version     archives  differs  known  unsafe")?;
    for reader in &report.readers {
        let Ok(version) = &reader.version else { continue };
        let count = |is: fn(&Outcome) -> bool| reader.outcomes.iter().filter(|one| is(one)).count();
        let (known, failed) = (count(|one| one.known.is_some()), count(|one| one.what.is_err()));
        let (name, total) = (&reader.name, report.archives.len());
        let (version, differs) = (printable(version), reader.outcomes.len() - failed);
        writeln!(out, "{name:<17} {version:<11} {total:>8}  {differs:>7}  {known:>5}  {failed:>6}")?;
    }
    unavailable(report, out)
}

fn unavailable(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for ReaderReport { name, version, .. } in &report.readers {
        if let Err(unavailable) = version {
            let install = unavailable.install.as_ref().map(|line| format!("; to install it: {line}"));
            let reason = printable(&unavailable.reason);
            writeln!(out, "{name} is not available: {reason}{}", install.unwrap_or_default())?;
        }
    }
    Ok(())
}

/// What the reference makes of an archive, in a few words.
fn said(reference: &Reference) -> String {
    let entries = reference.listing.entries.len();
    let count = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
    match &reference.listing.refusal {
        None => count,
        Some(words) if reference.is_limited => format!("{count}, and not compared: {}", printable(words)),
        Some(words) => format!("{count}, then: {}", printable(words)),
    }
}

fn what(outcome: &Outcome) -> String {
    match &outcome.what {
        Ok(disagreement) => printable(&disagreement.to_string()),
        Err(failed) => format!("does not get to an end: {}", printable(&failed.0)),
    }
}

/// What is odd about the archive, and what the ledger says of that.
fn reason(outcome: &Outcome, ledger: &Ledger, out: &mut dyn Write) -> io::Result<()> {
    let Ok(disagreement) = &outcome.what else { return Ok(()) };
    match outcome.known.and_then(|at| ledger.known.get(at)) {
        Some(known) => {
            writeln!(out, "      {}: {}", known.oddity, known.does)?;
            writeln!(out, "      {} ({})", known.standard, known.right.describe())
        }
        None if disagreement.signature.is_empty() => writeln!(out, "      nothing is odd about the archive"),
        None => writeln!(out, "      odd about the archive: {}", disagreement.signature.join(", ")),
    }
}

/// Writes it as JSON.
///
/// # Errors
///
/// The output cannot be written.
pub fn json(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let report = &comparison.report;
    let archives = report.archives.iter().map(|read| {
        let listing = &read.reference.listing;
        ArchiveView {
            name: &read.name,
            entries: listing.entries.iter().map(ToString::to_string).collect(),
            refusal: listing.refusal.as_deref(),
            odd: read.reference.oddities_until(listing.entries.len()),
            compared: !read.reference.is_limited,
        }
    });
    let readers = report.readers.iter().map(|reader| ReaderView {
        name: &reader.name,
        version: reader.version.as_deref().ok(),
        unavailable: reader.version.as_ref().err().map(|unavailable| unavailable.reason.as_str()),
        disagreements: reader.outcomes.iter().map(|outcome| view(outcome, comparison)).collect(),
    });
    let stale = comparison.stale.iter().map(|stale| StaleView {
        oddity: &stale.oddity,
        difference: stale.difference.as_str(),
        reader: stale.reader.as_deref(),
    });
    let view =
        View { format: 1, archives: archives.collect(), readers: readers.collect(), stale: stale.collect() };
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}

fn view<'c>(outcome: &'c Outcome, comparison: &'c Comparison) -> DisagreementView<'c> {
    let archive = comparison.report.archives[outcome.archive].name.as_str();
    let known = outcome.known.and_then(|at| comparison.ledger.known.get(at)).map(|known| KnownView {
        oddity: &known.oddity,
        does: &known.does,
        standard: &known.standard,
        right: known.right.describe(),
    });
    match &outcome.what {
        Ok(one) => DisagreementView {
            archive,
            difference: one.difference.as_str(),
            entry: Some(one.entry),
            reference: one.ours.as_ref().map(ToString::to_string),
            reader: one.theirs.as_ref().map(ToString::to_string),
            words: one.refusal.as_deref(),
            signature: one.signature.iter().map(String::as_str).collect(),
            known,
        },
        Err(failed) => DisagreementView {
            archive,
            difference: "fails",
            entry: None,
            reference: None,
            reader: None,
            words: Some(&failed.0),
            signature: Vec::new(),
            known,
        },
    }
}

/// The JSON form. Members may be added without a new number; entries are lines of plain ASCII, as
/// `seaworthy readers -v` shows them.
#[derive(Serialize)]
struct View<'c> {
    format: u32,
    archives: Vec<ArchiveView<'c>>,
    readers: Vec<ReaderView<'c>>,
    stale: Vec<StaleView<'c>>,
}

#[derive(Serialize)]
struct ArchiveView<'c> {
    name: &'c str,
    entries: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'c str>,
    odd: Vec<&'c str>,
    compared: bool,
}

#[derive(Serialize)]
struct ReaderView<'c> {
    name: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unavailable: Option<&'c str>,
    disagreements: Vec<DisagreementView<'c>>,
}

#[derive(Serialize)]
struct DisagreementView<'c> {
    archive: &'c str,
    difference: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'c str>,
    signature: Vec<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<KnownView<'c>>,
}

#[derive(Serialize)]
struct KnownView<'c> {
    oddity: &'c str,
    does: &'c str,
    standard: &'c str,
    right: &'c str,
}

#[derive(Serialize)]
struct StaleView<'c> {
    oddity: &'c str,
    difference: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader: Option<&'c str>,
}
