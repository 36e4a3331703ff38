//! `JUnit` XML, as CI systems read it.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::model::{Report, Subject, TestResult};
use crate::verdict::Verdict;

/// Writes a test suite for each subject. Only a pass, or a warning, is a success: what is skipped,
/// recorded or inconclusive is `<skipped>`.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut written = quick_junit::Report::new(format!("seaworthy {}", report.kind.as_str()));
    if let Some(seconds) = report.seconds {
        written.set_time(Duration::from_secs_f64(seconds.max(0.0)));
    }
    let mut properties = vec![
        Property::new("seaworthy", report.seaworthy.as_str()),
        Property::new("command", report.command.join(" ")),
    ];
    properties.extend(
        report.specifications.iter().map(|(name, version)| Property::new(name.as_str(), version.as_str())),
    );
    properties.extend(report.seed.map(|seed| Property::new("seed", seed.to_string())));
    properties.extend(report.started.as_ref().map(|started| Property::new("started", started.as_str())));
    for subject in &report.subjects {
        written.add_test_suite(suite(report, subject, &properties));
    }
    // The library writes to `Write` with its own error, which holds the one of the output.
    written.serialize(out).map_err(io::Error::other)
}

fn suite(report: &Report, subject: &Subject, properties: &[Property]) -> TestSuite {
    let mut suite = TestSuite::new(subject.name.as_str());
    for property in properties {
        suite.add_property(property.clone());
    }
    suite.add_property(Property::new("role", subject.role.as_str()));
    if let Some(version) = &subject.version {
        suite.add_property(Property::new("version", version.as_str()));
    }
    if let Some(unavailable) = &subject.unavailable {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("not available: {}", unavailable.reason));
        suite.add_test_case(TestCase::new("available", status));
    }
    for result in &subject.results {
        let mut case = TestCase::new(result.case.as_str(), status(report, result));
        case.set_classname(subject.name.as_str());
        if result.verdict == Verdict::Warn {
            case.set_system_out(format!("warning: {}\n{}", summary(result), details(report, result)));
        }
        suite.add_test_case(case);
    }
    suite
}

fn status(report: &Report, result: &TestResult) -> TestCaseStatus {
    let verdict = result.verdict.as_str();
    let mut status = match (result.verdict, &result.known) {
        (Verdict::Pass | Verdict::Warn, _) => return TestCaseStatus::success(),
        (Verdict::Recorded | Verdict::Inconclusive | Verdict::Skip, _) | (_, Some(_)) => {
            TestCaseStatus::skipped()
        }
        (Verdict::Fail | Verdict::Unsafe, None) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (Verdict::Error, None) => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_type(verdict);
    let known = result.known.as_ref().map(|reason| format!("; known: {reason}")).unwrap_or_default();
    let summary = summary(result);
    // Of a registry the outcome is the verdict.
    let summary = summary.strip_prefix(verdict).map_or_else(|| format!(": {summary}"), str::to_owned);
    status.set_message(format!("{verdict}{summary}{known}"));
    let details = details(report, result);
    if !details.is_empty() {
        status.set_description(details);
    }
    status
}

fn summary(result: &TestResult) -> String {
    match result.findings.len() {
        0 => result.in_words(),
        _ if !result.words.is_empty() => format!("{}: {}", result.outcome, result.words),
        1 => format!("{} is broken", result.findings[0].requirement),
        count => format!("{count} findings, the first on {}", result.findings[0].requirement),
    }
}

/// The requirement that a case is about, unless findings name theirs; then what is wrong, one by one.
fn details(report: &Report, result: &TestResult) -> String {
    let requirement = result.requirement.as_ref().filter(|_| result.findings.is_empty());
    let about = requirement.and_then(|id| Some((id, report.requirements.get(id)?)));
    let about = about.map_or_else(String::new, |(id, known)| {
        format!("{id}: {} ({}, {})\n", known.says, known.specification, known.section)
    });
    let line = |finding: &super::model::Finding| {
        format!(
            "{} {}\n  at {}\n  found {}\n  wanted {}\n",
            finding.level.as_str(),
            finding.requirement,
            finding.place(),
            finding.found,
            finding.wanted
        ) + &finding.exchange.as_ref().map(|exchange| format!("  $ {}\n", exchange.curl)).unwrap_or_default()
    };
    let findings: String = result.findings.iter().map(line).collect();
    about + &findings + &differences(result) + &result.script.join("\n")
}

/// A line for each difference. None begins with what an image has put there.
fn differences(result: &TestResult) -> String {
    let line = |one: &super::model::Difference| {
        format!("* {}: {}\n  wanted {}\n  found {}\n", one.path, one.aspect, one.wanted, one.found)
    };
    let listed: String = result.differences.iter().map(line).collect();
    match result.more_differences {
        0 => listed,
        more => format!("{listed}and {more} more, which are not listed\n"),
    }
}
