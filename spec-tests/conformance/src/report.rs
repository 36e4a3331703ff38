//! Reports of a run of the suite.

use std::collections::BTreeMap;
use std::io::{self, Write};

use seaworthy_image::spec::SpecVersion;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::printable::printable;
use crate::suite::{CaseResult, SubjectReport};
use crate::verdict::Verdict;

/// What was run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'r> {
    /// The version of the specification.
    pub version: SpecVersion,
    /// The seed of the images; none for the plain ones.
    pub seed: Option<u64>,
    /// How many cases there are.
    pub cases: usize,
    /// How many of them are on plain images; with a seed those that no image of it fits.
    pub plain: usize,
    /// How programs were confined.
    pub confinement: &'r str,
    /// What became of every subject.
    pub subjects: &'r [SubjectReport],
}

/// Writes the table: a line for each subject.
///
/// # Errors
///
/// The output cannot be written.
pub fn table(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows =
        vec![vec!["subject".to_owned(), "version".to_owned(), "role".to_owned(), "cases".to_owned()]];
    rows[0].extend(Verdict::ALL.iter().map(|verdict| verdict.as_str().to_owned()));
    let tested = |subject: &&SubjectReport| subject.version.is_ok();
    for subject in run.subjects.iter().filter(tested) {
        let version = subject.version.as_deref().unwrap_or_default();
        let mut row = vec![subject.name.clone(), printable(version), subject.role.as_str().to_owned()];
        row.push(subject.results.len().to_string());
        row.extend(Verdict::ALL.iter().map(|&verdict| match subject.count(verdict) {
            0 => "-".to_owned(),
            count => count.to_string(),
        }));
        rows.push(row);
    }
    aligned(&rows, out)?;
    for subject in run.subjects {
        if let Err(unavailable) = &subject.version {
            let install = unavailable
                .install
                .as_ref()
                .map(|line| format!("; to install it: {line}"))
                .unwrap_or_default();
            writeln!(out, "{} is not available: {}{install}", subject.name, printable(&unavailable.reason))?;
        }
    }
    let images = match (run.seed, run.plain) {
        (None, _) => "plain images".to_owned(),
        (Some(seed), 0) => format!("images of seed {seed}"),
        (Some(seed), plain) => {
            format!("images of seed {seed} ({plain} on plain ones, where none of it fits)")
        }
    };
    writeln!(out, "\n{} cases on {images}, by image-spec {}", run.cases, run.version)
}

/// Columns: texts to the left, numbers to the right.
fn aligned(rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    const TEXTS: usize = 3;
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column < TEXTS { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Writes what went wrong, or with `all` everything: a line for each case.
///
/// # Errors
///
/// The output cannot be written.
pub fn details(subject: &SubjectReport, all: bool, out: &mut dyn Write) -> io::Result<()> {
    for result in subject.results.iter().filter(|result| all || is_wrong(result.verdict)) {
        let words = result.reason.as_deref().unwrap_or_else(|| result.outcome.words());
        let words = if words.is_empty() { String::new() } else { format!(": {}", printable(words)) };
        let (verdict, outcome) = (result.verdict.as_str(), result.outcome.as_str());
        writeln!(out, "{}  {verdict}  {}  ({outcome}{words})", subject.name, result.id)?;
    }
    Ok(())
}

/// Whether a person wants to hear of it unasked.
fn is_wrong(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Unsafe | Verdict::Error)
}

/// Writes the run for programs.
///
/// # Errors
///
/// The output cannot be written.
pub fn json(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let subjects: Vec<Value> = run.subjects.iter().map(subject).collect();
    let report = json!({
        "seaworthy": env!("CARGO_PKG_VERSION"),
        "image_spec": run.version.as_str(),
        "seed": run.seed,
        "confinement": run.confinement,
        "cases": run.cases,
        "plain": run.plain,
        "subjects": subjects,
    });
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn subject(subject: &SubjectReport) -> Value {
    let mut value = json!({ "name": subject.name, "role": subject.role.as_str() });
    match &subject.version {
        Ok(version) => value["version"] = json!(version),
        Err(unavailable) => {
            value["unavailable"] = json!({ "reason": unavailable.reason, "install": unavailable.install });
            return value;
        }
    }
    value["counts"] = counts(&subject.results);
    let case = |result: &CaseResult| {
        json!({
            "id": result.id,
            "verdict": result.verdict.as_str(),
            "outcome": result.outcome.as_str(),
            "words": result.reason.as_deref().unwrap_or_else(|| result.outcome.words()),
        })
    };
    value["results"] = subject.results.iter().map(case).collect();
    value
}

fn counts<'r>(results: impl IntoIterator<Item = &'r CaseResult>) -> Value {
    let mut counts = BTreeMap::new();
    results.into_iter().for_each(|result| *counts.entry(result.verdict).or_insert(0) += 1);
    let named = counts.into_iter().map(|(verdict, count)| (verdict.as_str().to_owned(), json!(count)));
    Value::Object(named.collect::<Map<_, _>>())
}

/// A snapshot of what a subject did: the part of a report that is the same on every machine. What
/// a third-party program does unsafely is left out: that is for whoever runs the suite to see, and
/// for the program's authors to hear first.
///
/// # Errors
///
/// The snapshot cannot be put into words.
pub fn snapshot(subject: &SubjectReport, version: SpecVersion) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Snapshot<'s> {
        subject: &'s str,
        version: &'s str,
        role: &'s str,
        image_spec: &'s str,
        counts: Value,
        cases: BTreeMap<&'s str, String>,
    }
    let shown = || subject.results.iter().filter(|result| result.verdict != Verdict::Unsafe);
    let text = |result: &CaseResult| format!("{} {}", result.verdict.as_str(), result.outcome.as_str());
    let mut written = serde_json::to_string_pretty(&Snapshot {
        subject: &subject.name,
        version: subject.version.as_deref().unwrap_or_default(),
        role: subject.role.as_str(),
        image_spec: version.as_str(),
        counts: counts(shown()),
        cases: shown().map(|result| (result.id.as_str(), text(result))).collect(),
    })?;
    written.push('\n');
    Ok(written)
}
