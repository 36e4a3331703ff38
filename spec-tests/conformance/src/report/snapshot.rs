//! Snapshots: what a subject did, as far as it is the same on every machine.

use std::collections::BTreeMap;

use seaworthy_image::spec::SpecVersion;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::model::Subject;
use crate::suite::{CaseResult, SubjectReport, safety};
use crate::verdict::Verdict;

/// A snapshot of what a subject did: the part of a report that is the same on every machine. What
/// a third-party program does unsafely is left out: that is for whoever runs the suite to see, and
/// for the program's authors to hear first. How trees differ is left out, too: what changes is told by
/// the verdict, and the files would grow with every attribute that a program never keeps.
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
    // So is what the safety battery shows.
    let is_shown = |result: &&CaseResult| result.verdict != Verdict::Unsafe && !safety::is_threat(&result.id);
    let shown = || subject.results.iter().filter(is_shown);
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

/// Requirements on registries whose breach may be of use to an attacker.
const SENSITIVE: [&str; 9] = [
    "common/name-traversal",
    "common/no-server-errors",
    "management/blob-gone",
    "pull/blob-of-other-repository",
    "push/blob-digest-mismatch",
    "push/blob-single-mismatch",
    "push/manifest-digest-mismatch",
    "push/mount-readable",
    "push/upload-once",
];

/// Whether a breach of this requirement on registries may be of use to an attacker: what a third-party
/// registry does there is for whoever runs the suite to see.
pub fn is_sensitive(id: &str) -> bool {
    SENSITIVE.contains(&id)
}

/// A snapshot of what a registry did, as far as it is the same on every machine and fit for
/// everybody to read.
///
/// # Errors
///
/// The snapshot cannot be put into words.
pub fn registry_snapshot(subject: &Subject, version: &str) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Snapshot<'s> {
        subject: &'s str,
        version: &'s str,
        role: &'s str,
        distribution_spec: &'s str,
        counts: BTreeMap<&'s str, usize>,
        requirements: BTreeMap<&'s str, &'s str>,
    }
    let shown = subject.results.iter().filter(|result| !is_sensitive(&result.case));
    let requirements: BTreeMap<&str, &str> =
        shown.map(|result| (result.case.as_str(), result.outcome.as_str())).collect();
    let mut counts = BTreeMap::new();
    requirements.values().for_each(|&outcome| *counts.entry(outcome).or_insert(0) += 1);
    let mut written = serde_json::to_string_pretty(&Snapshot {
        subject: &subject.name,
        version: subject.version.as_deref().unwrap_or_default(),
        role: &subject.role,
        distribution_spec: version,
        counts,
        requirements,
    })?;
    written.push('\n');
    Ok(written)
}

fn counts<'r>(results: impl IntoIterator<Item = &'r CaseResult>) -> Value {
    let mut counts = BTreeMap::new();
    results.into_iter().for_each(|result| *counts.entry(result.verdict).or_insert(0) += 1);
    let named = counts.into_iter().map(|(verdict, count)| (verdict.as_str().to_owned(), json!(count)));
    Value::Object(named.collect::<Map<_, _>>())
}
