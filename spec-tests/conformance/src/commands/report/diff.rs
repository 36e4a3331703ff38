//! What changed from one report to another.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::printable::printable;
use crate::report::{Kind, Report, TestResult};
use crate::verdict::Verdict;

/// A result that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The subject.
    pub subject: String,
    /// The case; for a finding of an image, its requirement and place.
    pub case: String,
    /// The verdict in the older report; none if it has no such result.
    pub before: Option<Verdict>,
    /// The verdict in the newer.
    pub after: Option<Verdict>,
    /// What it means.
    pub kind: ChangeKind,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is worse than it was. What was a pass and is now skipped, or not asked any more though its
    /// subject was tested, is worse, too.
    Regression,
    /// It is better than it was.
    Improvement,
    /// It was not there, and nothing is wrong with it; or it is different, and neither is better.
    Other,
}

impl ChangeKind {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Regression => "regression",
            ChangeKind::Improvement => "improvement",
            ChangeKind::Other => "other",
        }
    }
}

/// Every change from `old` to `new`, regressions first.
pub fn diff(old: &Report, new: &Report) -> Vec<Change> {
    let registry = match (&old.subjects[..], &new.subjects[..]) {
        // The address of a registry is no part of what it is.
        ([_], [one]) if old.kind == Kind::Registry => Some(one.name.as_str()),
        _ => None,
    };
    let (before, after) = (results(old, registry), results(new, registry));
    let mut changes = Vec::new();
    for (&(subject, ref case), &(verdict, outcome)) in &before {
        match after.get(&(subject, case.clone())) {
            Some(&(now, now_outcome)) if now != verdict || now_outcome != outcome => {
                changes.push(change(subject, case, Some(verdict), Some(now)));
            }
            Some(_) => {}
            None => changes.push(change(subject, case, Some(verdict), None)),
        }
    }
    for (&(subject, ref case), &(verdict, _)) in &after {
        if !before.contains_key(&(subject, case.clone())) {
            changes.push(change(subject, case, None, Some(verdict)));
        }
    }
    changes.sort_by(|one, other| {
        (one.kind, &one.subject, &one.case).cmp(&(other.kind, &other.subject, &other.case))
    });
    changes
}

/// Verdict and outcome under subject and case, all under the same subject if there is a name for it; findings of images
/// are cases of their own.
fn results<'r>(report: &'r Report, name: Option<&'r str>) -> BTreeMap<(&'r str, String), (Verdict, &'r str)> {
    let mut results = BTreeMap::new();
    for subject in &report.subjects {
        let name = name.unwrap_or(&subject.name);
        for result in &subject.results {
            results.insert((name, result.case.clone()), (result.verdict, result.outcome.as_str()));
            for (case, verdict) in findings(result) {
                let worst = results.entry((name, case)).or_insert((verdict, "finding"));
                worst.0 = if badness(verdict) > badness(worst.0) { verdict } else { worst.0 };
            }
        }
    }
    results
}

/// The findings of an image by requirement and place, without digests, which change with a rebuild.
fn findings(result: &TestResult) -> impl Iterator<Item = (String, Verdict)> {
    // Where a result is of one requirement, its findings say nothing more than its verdict.
    result.findings.iter().filter(|_| result.requirement.is_none()).map(|finding| {
        let file = if finding.path.starts_with("blobs/") { "blobs" } else { &finding.path };
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        let verdict = if finding.level.is_error() { Verdict::Fail } else { Verdict::Warn };
        (format!("{} in {file}#{pointer}", finding.requirement), verdict)
    })
}

fn change(subject: &str, case: &str, before: Option<Verdict>, after: Option<Verdict>) -> Change {
    let is_finding = case.contains('#');
    let kind = match (before.map(badness), after.map(badness)) {
        // A finding that is gone is one less; a case that is gone is not asked any more.
        (Some(_), None) if is_finding => ChangeKind::Improvement,
        (Some(0), None) => ChangeKind::Regression,
        (Some(_), None) => ChangeKind::Other,
        (None, Some(now)) if now > badness(Verdict::Skip) || is_finding => ChangeKind::Regression,
        (Some(then), Some(now)) if now > then => ChangeKind::Regression,
        (Some(then), Some(now)) if now < then => ChangeKind::Improvement,
        _ => ChangeKind::Other,
    };
    Change { subject: subject.to_owned(), case: case.to_owned(), before, after, kind }
}

/// How bad a verdict is. A skip is never as good as a pass.
const fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass | Verdict::Recorded => 0,
        Verdict::Warn => 1,
        Verdict::Skip | Verdict::Inconclusive => 2,
        Verdict::Error => 3,
        Verdict::Fail => 4,
        Verdict::Unsafe => 5,
    }
}

/// Writes changes for people; true if there is no regression among them.
///
/// # Errors
///
/// The output cannot be written.
pub fn write(changes: &[Change], out: &mut dyn Write) -> io::Result<bool> {
    let word = |verdict: Option<Verdict>| verdict.map_or("absent", Verdict::as_str);
    for change in changes {
        let Change { subject, case, before, after, kind } = change;
        let (subject, case) = (printable(subject), printable(case));
        writeln!(out, "{:<11}  {subject}  {case}  {} -> {}", kind.as_str(), word(*before), word(*after))?;
    }
    let count = |kind| changes.iter().filter(|change| change.kind == kind).count();
    let regressions = count(ChangeKind::Regression);
    writeln!(
        out,
        "{regressions} regressions, {} improvements, {} other changes",
        count(ChangeKind::Improvement),
        count(ChangeKind::Other)
    )?;
    Ok(regressions == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_worse_better_or_neither() {
        use ChangeKind::{Improvement, Other, Regression};
        use Verdict::{Fail, Pass, Recorded, Skip, Unsafe, Warn};
        let check = |before, after, wanted| {
            assert_eq!(change("s", "a/b/c", before, after).kind, wanted, "{before:?} {after:?}");
        };
        check(Some(Pass), Some(Fail), Regression);
        check(Some(Fail), Some(Unsafe), Regression);
        check(Some(Pass), Some(Skip), Regression);
        check(Some(Pass), Some(Warn), Regression);
        check(Some(Pass), None, Regression);
        check(None, Some(Fail), Regression);
        check(Some(Fail), Some(Pass), Improvement);
        check(Some(Skip), Some(Pass), Improvement);
        check(Some(Recorded), Some(Recorded), Other);
        check(Some(Pass), Some(Recorded), Other);
        check(Some(Fail), None, Other);
        check(None, Some(Pass), Other);
        check(None, Some(Skip), Other);
        let finding = |before, after| change("s", "a/b in blobs#/x", before, after).kind;
        assert_eq!(finding(None, Some(Warn)), Regression);
        assert_eq!(finding(Some(Warn), None), Improvement);
    }
}
