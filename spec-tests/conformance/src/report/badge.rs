//! A badge, as the endpoint of shields.io wants it.

use std::io::{self, Write};

use serde_json::json;

use super::escaped;
use super::model::{Kind, Report};

/// Writes a badge with the counts.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = report.counts_under_test();
    let specifications: Vec<String> =
        report.specifications.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let parts = [
        (counts.damaged, "unsafe"),
        (counts.failed - counts.known.min(counts.failed), "failed"),
        (counts.error, "not judged"),
        (counts.warned, "warned"),
        (counts.passed, "passed"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let is_wrong = report.subjects.iter().flat_map(|subject| &subject.results).any(|r| r.is_wrong());
    // Nothing that was asked is no success.
    let color = match () {
        () if is_wrong => "red",
        () if counts.passed + counts.warned == 0 => "lightgrey",
        () if counts.warned > 0 => "yellow",
        () => "brightgreen",
    };
    let message = match report.kind {
        _ if parts.is_empty() => "nothing judged".to_owned(),
        Kind::Check if report.subjects.len() == 1 && counts.passed == 1 => "conforms".to_owned(),
        _ => parts.join(", "),
    };
    escaped::pretty(
        &json!({ "schemaVersion": 1, "label": specifications.join(", "), "message": message, "color": color }),
        out,
    )
}
