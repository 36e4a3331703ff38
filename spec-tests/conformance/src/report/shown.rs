//! A report without anything that could act on a terminal or a page, or deceive its reader.

use std::collections::BTreeMap;

use super::model::{
    Difference, Excerpt, Exchange, Finding, Report, Requirement, Subject, TestResult, Unavailable,
};
use crate::printable;

/// The same report with every text made printable. The formats for people are written from this
/// one, so that none of them can forget a field; JSON keeps the texts as they are, and escapes.
pub fn printable(report: &Report) -> Report {
    let pairs = |(key, value): (&String, &String)| (shown(key), shown(value));
    Report {
        format: report.format,
        seaworthy: shown(&report.seaworthy),
        kind: report.kind,
        specifications: report.specifications.iter().map(pairs).collect(),
        command: shown_all(&report.command),
        seed: report.seed,
        plain: report.plain,
        level: report.level,
        strict: report.strict,
        shard: report.shard,
        confinement: report.confinement.as_deref().map(shown),
        started: report.started.as_deref().map(shown),
        seconds: report.seconds,
        counts: report.counts,
        requirements: requirements(&report.requirements),
        subjects: report.subjects.iter().map(subject).collect(),
    }
}

fn shown(text: impl AsRef<str>) -> String {
    printable::printable(text.as_ref())
}

fn shown_all(texts: &[String]) -> Vec<String> {
    texts.iter().map(shown).collect()
}

fn requirements(all: &BTreeMap<String, Requirement>) -> BTreeMap<String, Requirement> {
    let one = |requirement: &Requirement| Requirement {
        specification: shown(&requirement.specification),
        level: requirement.level,
        says: shown(&requirement.says),
        section: shown(&requirement.section),
    };
    all.iter().map(|(id, requirement)| (shown(id), one(requirement))).collect()
}

fn subject(subject: &Subject) -> Subject {
    Subject {
        name: shown(&subject.name),
        role: shown(&subject.role),
        version: subject.version.as_deref().map(shown),
        unavailable: subject.unavailable.as_ref().map(|unavailable| Unavailable {
            reason: shown(&unavailable.reason),
            install: unavailable.install.as_deref().map(shown),
        }),
        counts: subject.counts,
        requests: subject.requests,
        read: subject.read,
        unjudged: shown_all(&subject.unjudged),
        notes: shown_all(&subject.notes),
        results: subject.results.iter().map(result).collect(),
    }
}

fn result(result: &TestResult) -> TestResult {
    TestResult {
        case: shown(&result.case),
        requirement: result.requirement.as_deref().map(shown),
        expect: result.expect,
        verdict: result.verdict,
        outcome: shown(&result.outcome),
        words: shown(&result.words),
        differences: result.differences.iter().map(difference).collect(),
        more_differences: result.more_differences,
        known: result.known.as_deref().map(shown),
        blocked_by: result.blocked_by.as_deref().map(shown),
        script: result.script.iter().map(|line| script_line(line)).collect(),
        findings: result.findings.iter().map(finding).collect(),
    }
}

fn difference(difference: &Difference) -> Difference {
    Difference {
        path: shown(&difference.path),
        aspect: shown(&difference.aspect),
        wanted: shown(&difference.wanted),
        found: shown(&difference.found),
    }
}

/// A line that stands on its own in a report. None may begin as a command to GitHub's runner does.
pub(super) fn script_line(line: &str) -> String {
    let line = shown(line);
    if line.trim_start().starts_with("::") { format!("# {line}") } else { line }
}

fn finding(finding: &Finding) -> Finding {
    Finding {
        requirement: shown(&finding.requirement),
        level: finding.level,
        path: shown(&finding.path),
        file: shown(&finding.file),
        pointer: finding.pointer.as_deref().map(shown),
        line: finding.line,
        column: finding.column,
        offset: finding.offset,
        length: finding.length,
        entry: finding.entry.as_deref().map(shown),
        entry_index: finding.entry_index,
        archive_offset: finding.archive_offset,
        found: shown(&finding.found),
        wanted: shown(&finding.wanted),
        more: finding.more,
        excerpt: finding.excerpt.as_ref().map(|excerpt| Excerpt {
            before: shown(&excerpt.before),
            marked: shown(&excerpt.marked),
            after: shown(&excerpt.after),
        }),
        exchange: finding.exchange.as_ref().map(exchange),
    }
}

fn exchange(exchange: &Exchange) -> Exchange {
    let headers = |headers: &[(String, String)]| {
        headers.iter().map(|(name, value)| (shown(name), shown(value))).collect()
    };
    Exchange {
        method: shown(&exchange.method),
        url: shown(&exchange.url),
        headers: headers(&exchange.headers),
        status: exchange.status,
        failure: exchange.failure.as_deref().map(shown),
        answer: headers(&exchange.answer),
        body: shown(&exchange.body),
        body_size: exchange.body_size,
        curl: shown(&exchange.curl),
    }
}
