//! A `results.yaml` in the shape of the official conformance suite, for whoever reads those.

use std::io::{self, Write};

use super::model::{Kind, Report, TestResult};
use crate::verdict::Verdict;

/// The interfaces of the official suite, each with the requirements that it comes to here.
const APIS: [(&str, &[&str]); 28] = [
    ("Blob anonymous mount", &["push/mount-without-from"]),
    ("Blob chunked", &["push/chunk", "push/chunk-range", "push/chunk-order", "push/chunk-order-last"]),
    ("Blob delete", &["management/blob-delete", "management/blob-delete-unknown"]),
    ("Blob delete atomic", &["management/blob-gone"]),
    ("Blob get", &["pull/blob", "pull/blob-unknown", "pull/blob-digest-value"]),
    ("Blob get range", &["pull/blob-range"]),
    ("Blob head", &["pull/blob-head"]),
    ("Blob mount", &["push/mount", "push/mount-unknown"]),
    ("Blob post only", &["push/blob-single", "push/blob-single-stored"]),
    ("Blob post put", &["push/upload-open", "push/upload-close"]),
    ("Blob push", &["push/upload-open", "push/upload-close", "push/blob-digest-mismatch"]),
    ("Blob streaming", &["push/chunk-streamed"]),
    ("Blob upload cancel", &["push/upload-cancel"]),
    ("Manifest delete", &["management/manifest-delete"]),
    ("Manifest delete atomic", &["management/manifest-gone"]),
    ("Manifest get by digest", &["pull/manifest-by-digest", "pull/manifest-unknown"]),
    ("Manifest get by tag", &["pull/manifest-by-tag"]),
    ("Manifest head by digest", &["pull/manifest-head", "pull/head-unknown"]),
    ("Manifest head by tag", &["pull/manifest-head"]),
    ("Manifest put by digest", &["push/manifest", "push/manifest-digest-mismatch"]),
    ("Manifest put by tag", &["push/manifest"]),
    ("Manifest put with subject", &["push/manifest-subject-header", "push/manifest-subject-unknown"]),
    ("Manifest put with tag params", &["push/manifest-tags", "push/manifest-ten-tags"]),
    ("Ping", &["common/base-endpoint"]),
    ("Referrers", &["discovery/referrers-list", "discovery/referrers-index", "discovery/referrers-subject"]),
    ("Tag delete", &["management/tag-delete"]),
    ("Tag delete atomic", &["management/tag-gone"]),
    ("Tag listing", &["discovery/tags-list", "discovery/tags-body", "discovery/tags-order"]),
];

/// The kinds of content of the official suite that there is a requirement for here.
const DATA: [(&str, &[&str]); 9] = [
    ("Artifacts with Subject", &["discovery/referrers-list", "discovery/referrers-artifact-type"]),
    ("Bad Digest Image", &["push/manifest-digest-mismatch"]),
    ("Blobs sha256", &["push/upload-close", "pull/blob"]),
    ("Blobs sha512", &["push/blob-sha512"]),
    ("Custom Fields", &["push/manifest-unknown-types"]),
    ("Image", &["push/manifest", "pull/manifest-by-tag"]),
    ("Image with Large Manifest", &["push/manifest-size"]),
    ("Missing Subject", &["push/manifest-subject-unknown"]),
    ("Non-distributable Layers", &["push/manifest-nondistributable"]),
];

/// Writes the results of the first registry of a report.
///
/// # Errors
///
/// It is no report on a registry, or the output cannot be written.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let subject = report.subjects.first().filter(|_| report.kind == Kind::Registry);
    let Some(subject) = subject else {
        return Err(io::Error::other("only results of a registry have this form"));
    };
    let version = match report.specifications.get("distribution-spec").map(String::as_str) {
        Some("1.0.1") => "1.0",
        Some("dev") => "1.1+dev",
        _ => "1.1",
    };
    writeln!(out, "config:\n  registry: {}\n  version: {}", quoted(&subject.name), quoted(version))?;
    writeln!(out, "  commit: {}", quoted(&format!("seaworthy {}", report.seaworthy)))?;
    for (title, table) in [("apis", &APIS[..]), ("data", &DATA[..])] {
        writeln!(out, "{title}:")?;
        for (name, ids) in table {
            let results = subject.results.iter().filter(|result| ids.contains(&result.case.as_str()));
            writeln!(out, "  {name}: {}", status(results))?;
        }
    }
    Ok(())
}

/// The word of the official suite for the gravest of some results.
fn status<'r>(results: impl Iterator<Item = &'r TestResult>) -> &'static str {
    let rank = |result: &TestResult| match result.verdict {
        Verdict::Error => (4, "Error"),
        Verdict::Fail | Verdict::Unsafe => (3, "FAIL"),
        Verdict::Pass | Verdict::Warn | Verdict::Recorded => (2, "Pass"),
        Verdict::Skip | Verdict::Inconclusive => (1, "Skip"),
    };
    results.map(rank).max().map_or("Disabled", |(_, word)| word)
}

/// A text as YAML; what JSON quotes, YAML does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
