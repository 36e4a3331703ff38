//! The report of a run against a registry.

use seaworthy_registry::exchange::Exchange as Exchanged;
use seaworthy_registry::sequences::{self, Failure};
use seaworthy_registry::suite::{self, Checked, Outcome};
use seaworthy_registry::{SpecVersion, find};

use super::model::{Exchange, Finding, Kind, Level, Report, Requirement, Subject, TestResult};
use super::of_check;
use super::redact::{redact, redact_header};
use crate::verdict::Verdict;

/// The report of a run before any request was sent.
pub fn begin(version: SpecVersion, seed: u64) -> Report {
    let mut report = Report { seed: Some(seed), ..super::output::begin(Kind::Registry, version.image()) };
    report.specifications = [("distribution-spec".to_owned(), version.as_str().to_owned())].into();
    report
}

/// A registry as a subject, with a result for each requirement.
pub fn subject(name: &str, version: Option<String>, report: &suite::Report) -> Subject {
    let mut subject = Subject {
        name: redact(name),
        role: "registry".to_owned(),
        version,
        requests: Some(report.requests),
        results: report.results.iter().map(result).collect(),
        ..Subject::default()
    };
    if let Some(cleanup) = &report.cleanup {
        subject.notes.push(format!("{} tags, manifests and blobs were deleted", cleanup.deleted));
        let left = cleanup.left.iter().map(|((kind, why), count)| format!("{count} {kind} are left: {why}"));
        subject.notes.extend(left);
    }
    subject.count_again();
    subject
}

/// A registry as a subject, with one result for all its sequences.
pub fn sequences(name: &str, version: Option<String>, report: &sequences::Report) -> Subject {
    let (verdict, outcome) = match &report.failure {
        Some(_) => (Verdict::Fail, "fail"),
        None if report.is_stopped => (Verdict::Inconclusive, "inconclusive"),
        None => (Verdict::Pass, "pass"),
    };
    let seconds = report.waited.as_secs_f64();
    let soon = if seconds == 0.0 { "at once".to_owned() } else { format!("after up to {seconds:.1} s") };
    let count = report.sequences;
    let words = match &report.failure {
        Some(failure) => format!("found {}, wanted {}", failure.found, failure.wanted),
        None if report.is_stopped => format!("the run was interrupted after {count} sequences"),
        None => format!("none of {count} sequences went wrong; what it was told it knew {soon}"),
    };
    let script = report.failure.as_ref().map(Failure::script).unwrap_or_default();
    let mut subject = Subject {
        name: redact(name),
        role: "registry".to_owned(),
        version,
        requests: Some(report.requests),
        results: vec![TestResult {
            case: "sequences".to_owned(),
            requirement: None,
            expect: None,
            verdict,
            outcome: outcome.to_owned(),
            words: redact(&words),
            differences: Vec::new(),
            more_differences: 0,
            known: None,
            blocked_by: None,
            script: script.iter().map(|line| redact(line)).collect(),
            findings: Vec::new(),
        }],
        notes: report.notes.iter().map(|note| format!("a sequence ended early: {}", redact(note))).collect(),
        ..Subject::default()
    };
    subject.count_again();
    subject
}

/// What became of a requirement.
pub fn result(checked: &Checked) -> TestResult {
    let requirement = checked.requirement.id.clone();
    let mut findings: Vec<Finding> = checked
        .findings
        .iter()
        .map(|one| finding(&requirement, checked.level.into(), &one.found, &one.wanted, &one.exchange))
        .collect();
    if let Some(last) = findings.last_mut() {
        last.more = checked.more;
    }
    let blocked_by = match checked.outcome {
        Outcome::Blocked { by, .. } => Some(by.to_owned()),
        _ => None,
    };
    TestResult {
        case: requirement.clone(),
        requirement: Some(requirement),
        expect: None,
        verdict: verdict(&checked.outcome),
        outcome: checked.outcome.as_str().to_owned(),
        words: redact(&words(checked)),
        differences: Vec::new(),
        more_differences: 0,
        known: None,
        blocked_by,
        script: Vec::new(),
        findings,
    }
}

/// A breach that an exchange shows.
pub(crate) fn finding(
    requirement: &str,
    level: Level,
    found: &str,
    wanted: &str,
    exchanged: &Exchanged,
) -> Finding {
    Finding {
        requirement: requirement.to_owned(),
        level,
        path: String::new(),
        file: format!("{} {}", exchanged.method, redact(&exchanged.url)),
        pointer: None,
        line: None,
        column: None,
        offset: None,
        length: None,
        entry: None,
        entry_index: None,
        archive_offset: None,
        found: found.to_owned(),
        wanted: wanted.to_owned(),
        more: 0,
        excerpt: None,
        exchange: Some(exchange(exchanged)),
    }
}

/// The requirement with this id, as a report shows it.
pub fn requirement(id: &str, version: SpecVersion) -> Option<Requirement> {
    // The content that a registry is sent is by the other specification.
    let Some(requirement) = find(id) else { return of_check::requirement(id, version.image()) };
    Some(Requirement {
        specification: "distribution-spec".to_owned(),
        level: requirement.rule.grade.at(version).map(Level::from),
        says: requirement.says.clone(),
        section: requirement.rule.section.to_owned(),
    })
}

const fn verdict(outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Pass => Verdict::Pass,
        Outcome::Fail => Verdict::Fail,
        Outcome::Warn => Verdict::Warn,
        Outcome::Recorded => Verdict::Recorded,
        Outcome::Skip(_) => Verdict::Skip,
        Outcome::Blocked { .. } | Outcome::Inconclusive(_) => Verdict::Inconclusive,
        Outcome::Error(_) => Verdict::Error,
    }
}

/// Why it is so, in a line.
fn words(checked: &Checked) -> String {
    match (&checked.outcome, checked.findings.first()) {
        (Outcome::Blocked { by, reason }, _) => format!("because of {by}: {reason}"),
        (outcome, _) if outcome.reason().is_some() => outcome.reason().unwrap_or_default().to_owned(),
        (_, Some(first)) => {
            let others = checked.findings.len() - 1 + checked.more;
            let others = if others > 0 { format!(" (and {others} more)") } else { String::new() };
            format!("found {}, wanted {}{others}", first.found, first.wanted)
        }
        (_, None) => checked.notes.join("; "),
    }
}

fn exchange(exchange: &Exchanged) -> Exchange {
    let header = |(name, value): &(String, String)| redact_header(name, value);
    let received = exchange.outcome.as_ref().ok();
    let text = received.and_then(|received| std::str::from_utf8(&received.body.start).ok());
    Exchange {
        method: exchange.method.clone(),
        url: redact(&exchange.url),
        headers: exchange.request_headers.iter().map(header).collect(),
        status: received.map(|received| received.status),
        failure: exchange.outcome.as_ref().err().cloned(),
        answer: received.map_or_else(Vec::new, |received| received.headers.iter().map(header).collect()),
        body: text.map(redact).unwrap_or_default(),
        body_size: received.map_or(0, |received| received.body.size),
        curl: redact(&exchange.curl()),
    }
}
