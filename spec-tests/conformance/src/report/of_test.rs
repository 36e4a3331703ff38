//! The report of a run of the suite.

use seaworthy_image::spec::SpecVersion;

use super::model::{Kind, Report, Subject, TestResult, Unavailable};
use super::redact::redact;
use crate::suite::{CaseResult, SubjectReport};

/// The report of a run before any case was run.
pub fn begin(version: SpecVersion, seed: Option<u64>) -> Report {
    Report { seed, ..super::output::begin(Kind::Test, version) }
}

/// What a subject did.
pub fn subject(report: &SubjectReport) -> Subject {
    let results: Vec<TestResult> = report.results.iter().map(result).collect();
    let unavailable = report.version.as_ref().err().map(|unavailable| Unavailable {
        reason: redact(&unavailable.reason),
        install: unavailable.install.clone(),
    });
    let mut subject = Subject {
        name: report.name.clone(),
        role: report.role.as_str().to_owned(),
        version: report.version.as_ref().ok().cloned(),
        unavailable,
        results,
        ..Subject::default()
    };
    subject.count_again();
    subject
}

/// What a subject did with one case.
pub fn result(result: &CaseResult) -> TestResult {
    let requirement = result.id.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    TestResult {
        case: result.id.clone(),
        requirement: Some(requirement),
        expect: Some(result.expect),
        verdict: result.verdict,
        outcome: result.outcome.as_str().to_owned(),
        words: redact(result.reason.as_deref().unwrap_or_else(|| result.outcome.words())),
        known: None,
        blocked_by: None,
        script: Vec::new(),
        findings: Vec::new(),
    }
}
