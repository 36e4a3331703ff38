//! The report of a run of the suite.

use std::collections::BTreeMap;

use seaworthy_generators::battery;
use seaworthy_image::spec::SpecVersion;

use super::model::{Difference, Kind, Report, Requirement, Subject, TestResult, Unavailable};
use super::redact::redact;
use crate::outcome::{self, Parts};
use crate::suite::{CaseResult, SubjectReport};
use crate::verdict::Verdict;

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
    subject.notes.extend(mostly_inconclusive(&subject));
    subject
}

/// What to look at where most cases tell nothing: that is rarely the program, and mostly how it is called.
fn mostly_inconclusive(subject: &Subject) -> Option<String> {
    if 2 * subject.counts.inconclusive <= subject.counts.run {
        return None;
    }
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for result in subject.results.iter().filter(|result| result.verdict == Verdict::Inconclusive) {
        *times.entry(&result.words).or_default() += 1;
    }
    let (words, times) = times.into_iter().max_by_key(|(_, times)| *times)?;
    Some(format!("{} cases are inconclusive; {times} of them since {words}", subject.counts.inconclusive))
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
        differences: result.differences.list().iter().filter_map(difference).collect(),
        more_differences: result.differences.more(),
        known: None,
        blocked_by: None,
        script: Vec::new(),
        findings: Vec::new(),
    }
}

/// A family of the safety battery, as a report shows it. No specification asks for it.
pub fn family(id: &str) -> Option<Requirement> {
    let family = battery::find(id)?;
    Some(Requirement {
        specification: "Seaworthy".to_owned(),
        level: None,
        says: family.says.to_owned(),
        section: "safety battery".to_owned(),
    })
}

/// A difference in its parts; those that are nothing but words are told in full by the result's.
fn difference(difference: &outcome::Difference) -> Option<Difference> {
    let Parts { path, aspect, wanted, found } = difference.parts.as_ref()?;
    let shown = |text: &str| shortened(&redact(text));
    Some(Difference {
        path: shown(path),
        aspect: (*aspect).to_owned(),
        wanted: shown(wanted),
        found: shown(found),
    })
}

/// Paths and extended attributes can be longer than a report should be.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 1000;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => {
            let (kept, rest) = text.split_at(end);
            format!("{kept}… and {} more characters", rest.chars().count())
        }
    }
}

#[cfg(test)]
mod tests {
    use seaworthy_rules::Role;

    use super::*;
    use crate::outcome::{Differences, LISTED, Outcome};
    use crate::verdict::Expect;

    fn reported(differences: Vec<outcome::Difference>) -> TestResult {
        let differences = Differences::new(differences);
        result(&CaseResult {
            id: "layer/mode/everybody".to_owned(),
            expect: Expect::Accept,
            verdict: Verdict::Fail,
            outcome: Outcome::Wrong(differences.clone()),
            reason: None,
            differences,
        })
    }

    fn of(path: &str, found: &str) -> outcome::Difference {
        let (path, wanted, found) = (path.to_owned(), "0644".to_owned(), found.to_owned());
        let line = format!("{path}: has mode {found}, not {wanted}");
        outcome::Difference { line, parts: Some(Parts { path, aspect: "mode", wanted, found }) }
    }

    #[test]
    fn every_difference_is_kept_to_a_bound() {
        let many = |count: usize| reported((0..count).map(|at| of(&format!("f{at}"), "0600")).collect());
        let five = many(5);
        assert_eq!((five.differences.len(), five.more_differences), (5, 0));
        assert_eq!((five.differences[4].path.as_str(), five.differences[4].found.as_str()), ("f4", "0600"));
        assert!(five.words.ends_with("f2: has mode 0600, not 0644; and 2 more"), "{}", five.words);
        let more = many(LISTED + 1);
        assert_eq!((more.differences.len(), more.more_differences), (LISTED, 1));
        // One that is nothing but words is told by them alone.
        let words = reported(vec!["there is no tree".to_owned().into()]);
        assert_eq!((words.differences.len(), words.words.as_str()), (0, "there is no tree"));
    }

    #[test]
    fn a_difference_is_short_and_has_no_credentials() {
        let long = "é".repeat(1001);
        let result = reported(vec![of("https://user:pass@host/", &long), of(&"x".repeat(1000), "")]);
        let [first, second] = &result.differences[..] else { panic!("{result:?}") };
        assert_eq!(first.path, "https://[hidden]@host/");
        assert_eq!(first.found, format!("{}… and 1 more characters", "é".repeat(1000)));
        assert_eq!(second.path.len(), 1000);
    }

    #[test]
    fn a_subject_that_is_called_wrongly_says_so_once() {
        let one = |verdict, reason: &str| CaseResult {
            id: "layer/mode/everybody".to_owned(),
            expect: Expect::Accept,
            verdict,
            outcome: Outcome::Rejected(reason.to_owned()),
            reason: None,
            differences: Differences::default(),
        };
        let notes = |results| {
            let (name, version) = ("mine".to_owned(), Ok("1".to_owned()));
            subject(&SubjectReport { name, role: Role::Unpacker, version, results }).notes
        };
        let inconclusive = |reason| one(Verdict::Inconclusive, reason);
        let mut results =
            vec![inconclusive("no such option"), one(Verdict::Pass, ""), one(Verdict::Skip, "")];
        assert_eq!(notes(results.clone()), [""; 0], "half of those that were asked");
        results.extend([inconclusive("a bad day"), inconclusive("no such option")]);
        let wanted = "3 cases are inconclusive; 2 of them since no such option";
        assert_eq!(notes(results), [wanted]);
    }
}
