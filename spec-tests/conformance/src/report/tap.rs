//! The Test Anything Protocol, version 13.

use std::io::{self, Write};

use serde_json::json;

use super::escaped;
use super::model::{Report, Subject, TestResult};
use crate::verdict::Verdict;

/// Writes a test point for each result.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let unavailable = report.subjects.iter().filter(|subject| subject.unavailable.is_some()).count();
    let total: usize =
        report.subjects.iter().map(|subject| subject.results.len()).sum::<usize>() + unavailable;
    writeln!(out, "TAP version 13\n1..{total}")?;
    writeln!(out, "# seaworthy {}: {}", report.seaworthy, report.command.join(" "))?;
    let mut number = 0;
    for subject in &report.subjects {
        if let Some(unavailable) = &subject.unavailable {
            number += 1;
            let name = description(&subject.name);
            writeln!(out, "ok {number} - {name} # SKIP not available: {}", directive(&unavailable.reason))?;
        }
        for result in &subject.results {
            number += 1;
            point(number, subject, result, out)?;
        }
    }
    Ok(())
}

fn point(number: usize, subject: &Subject, result: &TestResult, out: &mut dyn Write) -> io::Result<()> {
    let name = description(&format!("{}: {}", subject.name, result.case));
    let words = if result.words.is_empty() { result.outcome.as_str() } else { &result.words };
    let verdict = result.verdict.as_str();
    match result.verdict {
        Verdict::Pass => return writeln!(out, "ok {number} - {name}"),
        Verdict::Warn => writeln!(out, "ok {number} - {name}")?,
        // Neither is a success; the protocol's word for a result that does not count is SKIP.
        Verdict::Recorded | Verdict::Inconclusive | Verdict::Skip => {
            return writeln!(out, "ok {number} - {name} # SKIP {verdict}: {}", directive(words));
        }
        Verdict::Fail | Verdict::Unsafe | Verdict::Error => match &result.known {
            Some(reason) => writeln!(out, "not ok {number} - {name} # TODO known: {}", directive(reason))?,
            None => writeln!(out, "not ok {number} - {name}")?,
        },
    }
    // A JSON value on one line is YAML, too.
    writeln!(out, "  ---")?;
    for (key, value) in [("verdict", verdict), ("outcome", &result.outcome), ("message", &result.words)] {
        if !value.is_empty() {
            write!(out, "  {key}: ")?;
            escaped::line(&value, out)?;
        }
    }
    if !result.findings.is_empty() {
        writeln!(out, "  findings:")?;
    }
    for finding in &result.findings {
        let text = format!(
            "{} {} at {}: found {}, wanted {}",
            finding.level.as_str(),
            finding.requirement,
            finding.place(),
            finding.found,
            finding.wanted
        );
        write!(out, "    - ")?;
        escaped::line(&json!(text), out)?;
    }
    writeln!(out, "  ...")
}

/// A description may hold no `#`, which would begin a directive.
fn description(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

fn directive(text: &str) -> String {
    description(text)
}
