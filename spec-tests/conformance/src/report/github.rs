//! Workflow commands that annotate a pull request on GitHub.

use std::io::{self, Write};

use super::model::{Finding, Report, Subject, TestResult};
use crate::verdict::Verdict;

/// GitHub shows ten annotations of a kind for a step; more than a few screens help nobody.
const MOST: usize = 200;

/// Writes an annotation for each finding and each case that went wrong.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut left = MOST;
    let mut omitted = 0_usize;
    for (subject, result) in report.subjects.iter().flat_map(|s| s.results.iter().map(move |r| (s, r))) {
        for line in annotations(subject, result) {
            if left == 0 {
                omitted += 1;
                continue;
            }
            left -= 1;
            writeln!(out, "{line}")?;
        }
    }
    if omitted > 0 {
        writeln!(
            out,
            "::notice title=Seaworthy::{omitted} more are not shown; the other reports have them all"
        )?;
    }
    Ok(())
}

fn annotations(subject: &Subject, result: &TestResult) -> Vec<String> {
    if result.known.is_some() {
        return Vec::new();
    }
    // What a registry did is in no file.
    let mut lines: Vec<String> =
        result.findings.iter().filter(|found| found.exchange.is_none()).map(finding).collect();
    let says_more = lines.is_empty() || result.verdict == Verdict::Error;
    let command = match result.verdict {
        _ if !says_more => return lines,
        Verdict::Fail | Verdict::Unsafe | Verdict::Error => "error",
        Verdict::Warn => "warning",
        Verdict::Pass | Verdict::Recorded | Verdict::Inconclusive | Verdict::Skip => return lines,
    };
    let title = format!("{}: {}", subject.name, result.verdict.as_str());
    lines.push(format!(
        "::{command} title={}::{}",
        property(&title),
        data(&format!("{}: {}", result.case, result.in_words()))
    ));
    lines
}

fn finding(finding: &Finding) -> String {
    let command = if finding.level.is_error() { "error" } else { "warning" };
    let mut place = format!("file={}", property(&finding.file));
    if let Some(line) = finding.line {
        place += &format!(",line={line}");
    }
    if let Some(column) = finding.column {
        place += &format!(",col={column}");
    }
    let title = property(&format!("{} {}", finding.level.as_str(), finding.requirement));
    let text = data(&format!("found {}, wanted {}", finding.found, finding.wanted));
    format!("::{command} {place},title={title}::{text}")
}

/// Escapes the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
