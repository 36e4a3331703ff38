//! A JSON object on each line: first the run, then each result as it comes, then the end.

use std::io::{self, Write};

use serde::Serialize;

use super::escaped;
use super::model::{Counts, Report, Requirement, Subject, TestResult};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'r> {
    /// What is run: a report without subjects.
    Run {
        #[serde(flatten)]
        report: Report,
    },
    /// A result of a subject.
    Result {
        subject: &'r str,
        #[serde(flatten)]
        result: &'r TestResult,
    },
    /// What is known of a requirement that was named.
    Requirement {
        id: &'r str,
        #[serde(flatten)]
        requirement: &'r Requirement,
    },
    /// A subject without its results.
    Subject {
        #[serde(flatten)]
        subject: Subject,
    },
    /// The end: a file without this line is of a run that did not finish.
    End { counts: Counts, seconds: Option<f64> },
}

/// Writes the first line.
pub(super) fn begin(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    escaped::line(&Line::Run { report: head(report) }, out)
}

/// Writes a result.
pub(super) fn result(subject: &str, result: &TestResult, out: &mut dyn Write) -> io::Result<()> {
    escaped::line(&Line::Result { subject, result }, out)
}

/// Writes the lines after the last result.
pub(super) fn end(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (id, requirement) in &report.requirements {
        escaped::line(&Line::Requirement { id, requirement }, out)?;
    }
    for subject in &report.subjects {
        let Subject { name, role, version, unavailable, counts, requests, read, unjudged, notes, .. } =
            subject;
        let subject = Subject {
            name: name.clone(),
            role: role.clone(),
            version: version.clone(),
            unavailable: unavailable.clone(),
            counts: *counts,
            requests: *requests,
            read: *read,
            unjudged: unjudged.clone(),
            notes: notes.clone(),
            results: Vec::new(),
        };
        escaped::line(&Line::Subject { subject }, out)?;
    }
    escaped::line(&Line::End { counts: report.counts, seconds: report.seconds }, out)
}

/// Writes a report that is complete already.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    begin(report, out)?;
    for subject in &report.subjects {
        subject.results.iter().try_for_each(|one| result(&subject.name, one, out))?;
    }
    end(report, out)
}

/// The report without what takes space.
fn head(report: &Report) -> Report {
    let Report { specifications, command, confinement, started, seaworthy, .. } = report;
    Report {
        format: report.format,
        seaworthy: seaworthy.clone(),
        kind: report.kind,
        specifications: specifications.clone(),
        command: command.clone(),
        seed: report.seed,
        plain: report.plain,
        level: report.level,
        strict: report.strict,
        shard: report.shard,
        confinement: confinement.clone(),
        started: started.clone(),
        seconds: report.seconds,
        counts: report.counts,
        requirements: Default::default(),
        subjects: Vec::new(),
    }
}
