//! From an outcome to a verdict: what the specification lets a subject do with a case.

use schemars::JsonSchema;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Class, Level, Role};
use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, Reading};

/// What a case came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The subject did what the specification obliges it to.
    Pass,
    /// The specification leaves the choice: what the subject did is on record, and not scored.
    Recorded,
    /// The subject did not take advice, or refused what only breaks advice.
    Warn,
    /// The subject did what the specification forbids.
    Fail,
    /// Whatever the specification says of the case: a crash, a hang, damage, a silent wrong result.
    Unsafe,
    /// The subject does no better with the unbroken twin of the case, so what it did says nothing.
    Inconclusive,
    /// The subject cannot be asked.
    Skip,
    /// The run failed.
    Error,
}

impl Verdict {
    /// Every verdict, in the order of the table's columns.
    pub const ALL: [Verdict; 8] = [
        Verdict::Pass,
        Verdict::Recorded,
        Verdict::Warn,
        Verdict::Fail,
        Verdict::Unsafe,
        Verdict::Inconclusive,
        Verdict::Skip,
        Verdict::Error,
    ];

    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Recorded => "recorded",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
            Verdict::Unsafe => "unsafe",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Skip => "skip",
            Verdict::Error => "error",
        }
    }

    /// Whether a person wants to hear of it unasked.
    pub const fn is_wrong(self) -> bool {
        matches!(self, Verdict::Fail | Verdict::Unsafe | Verdict::Error)
    }
}

/// What the specification expects of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// It has to take the image.
    Accept,
    /// It has to refuse the image; a subject that takes it fails.
    Reject,
    /// It had better refuse the image, but no sentence obliges it in so many words.
    PreferReject,
    /// It has to take the image, and had better warn.
    Warn,
    /// It is free.
    Either,
    /// It may take the image or refuse it, as long as it does no harm.
    Harmless,
    /// If it takes the image, it has to make of it what everybody else does.
    Agree,
}

impl Expect {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Expect::Accept => "accept",
            Expect::Reject => "reject",
            Expect::PreferReject => "prefer-reject",
            Expect::Warn => "warn",
            Expect::Either => "either",
            Expect::Harmless => "harmless",
            Expect::Agree => "agree",
        }
    }
}

/// What is expected of a subject in `role`, by `version` of the specification.
///
/// The specification binds content far more often than readers: only a validator has to refuse
/// whatever breaks a MUST. Everybody has to take what is valid.
pub fn expect(case: &Case, role: Role, version: SpecVersion) -> Expect {
    let Some(level) = case.requirement.rule.grade.at(version) else { return Expect::Either };
    match (case.class, role) {
        (Class::Unclear, _) => Expect::Either,
        (Class::Valid, Role::Validator) => Expect::Accept,
        (Class::Valid, _) if case.mutation.may_be_refused => Expect::Either,
        (Class::Valid, _) => Expect::Accept,
        (Class::Invalid, role) if case.requirement.rule.binds.contains(&role) => Expect::Reject,
        (Class::Invalid, Role::Validator) => match level {
            Level::Must => Expect::Reject,
            Level::Implied => Expect::PreferReject,
            Level::Should => Expect::Warn,
            Level::May => Expect::Either,
        },
        (Class::Invalid, _) => Expect::Either,
        (Class::Refused, role) if case.requirement.rule.binds.contains(&role) => Expect::Reject,
        (Class::Refused, _) => Expect::Either,
    }
}

/// The verdict on what a subject did with a case, given what it did with the control. `wanted` is
/// what a reader has to make of the image, where that is beyond doubt.
pub fn judge(expect: Expect, outcome: &Outcome, control: &Outcome, wanted: Option<&Reading>) -> Verdict {
    match outcome {
        Outcome::Skipped(_) => return Verdict::Skip,
        Outcome::Failed(_) => return Verdict::Error,
        Outcome::Altered(_)
        | Outcome::Crashed(_)
        | Outcome::Hung
        | Outcome::Escaped(_)
        | Outcome::Printed(_)
        | Outcome::Exhausted(_) => {
            return Verdict::Unsafe;
        }
        Outcome::Accepted { read: Some(read), .. } if wanted.is_some_and(|wanted| wanted != read) => {
            return Verdict::Unsafe;
        }
        Outcome::Accepted { .. }
        | Outcome::Converted(_)
        | Outcome::Wrong(_)
        | Outcome::Rejected(_)
        | Outcome::Left(_) => {}
    }
    if expect == Expect::Either {
        return Verdict::Recorded;
    }
    if !matches!(control, Outcome::Accepted { .. } | Outcome::Converted(_) | Outcome::Wrong(_)) {
        return Verdict::Inconclusive;
    }
    match (expect, outcome) {
        (Expect::Accept, Outcome::Accepted { .. } | Outcome::Converted(_)) => Verdict::Pass,
        // What the control comes out wrong in, too, is not of this case.
        (Expect::Accept | Expect::Agree, Outcome::Wrong(differences))
            if differences.beyond(control).is_empty() =>
        {
            Verdict::Inconclusive
        }
        (Expect::Accept, _) => Verdict::Fail,
        (Expect::Reject | Expect::PreferReject, Outcome::Rejected(_)) => Verdict::Pass,
        (Expect::Reject, _) => Verdict::Fail,
        (Expect::PreferReject, _) => Verdict::Warn,
        (Expect::Warn, Outcome::Accepted { warned: true, .. }) => Verdict::Pass,
        (Expect::Warn, _) => Verdict::Warn,
        (Expect::Either, _) => Verdict::Recorded,
        (Expect::Agree, Outcome::Wrong(_)) => Verdict::Fail,
        (Expect::Harmless | Expect::Agree, _) => Verdict::Pass,
    }
}

/// The verdict on a converter that did right to take an image: `level` is the gravest level of what
/// is wrong with the runtime configuration that it made.
pub fn judge_conversion(verdict: Verdict, level: Option<Level>) -> Verdict {
    match level {
        Some(Level::Must) if verdict == Verdict::Pass => Verdict::Fail,
        // What is only implied binds no program in so many words.
        Some(Level::Implied | Level::Should | Level::May) if verdict == Verdict::Pass => Verdict::Warn,
        _ => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Differences;

    const ACCEPTED: Outcome = Outcome::accepted();

    fn rejected() -> Outcome {
        Outcome::Rejected("no".into())
    }

    #[test]
    fn the_verdict_is_a_total_function() {
        use Expect::*;
        let warned = Outcome::Accepted { warned: true, read: None };
        let check = |expect, outcome: &Outcome, control: &Outcome, wanted: Verdict| {
            assert_eq!(judge(expect, outcome, control, None), wanted, "{expect:?} {outcome:?} {control:?}");
        };
        check(Accept, &ACCEPTED, &ACCEPTED, Verdict::Pass);
        check(Accept, &rejected(), &ACCEPTED, Verdict::Fail);
        check(Reject, &rejected(), &ACCEPTED, Verdict::Pass);
        check(Reject, &ACCEPTED, &ACCEPTED, Verdict::Fail);
        check(PreferReject, &ACCEPTED, &ACCEPTED, Verdict::Warn);
        check(PreferReject, &rejected(), &ACCEPTED, Verdict::Pass);
        check(Warn, &warned, &ACCEPTED, Verdict::Pass);
        check(Warn, &ACCEPTED, &ACCEPTED, Verdict::Warn);
        check(Warn, &rejected(), &ACCEPTED, Verdict::Warn);
        check(Either, &rejected(), &rejected(), Verdict::Recorded);
        // A refusal counts only from a subject that takes the control.
        for expect in [Accept, Reject, PreferReject, Warn] {
            check(expect, &rejected(), &rejected(), Verdict::Inconclusive);
            check(expect, &ACCEPTED, &rejected(), Verdict::Inconclusive);
        }
        // A wrong result counts as far as the control does not have it too.
        let wrong = |lines: &[&str]| Outcome::Wrong(Differences::new(lines.iter().map(ToString::to_string)));
        check(Accept, &wrong(&["a"]), &ACCEPTED, Verdict::Fail);
        check(Accept, &wrong(&["a", "b"]), &wrong(&["b"]), Verdict::Fail);
        check(Accept, &wrong(&["b"]), &wrong(&["a", "b"]), Verdict::Inconclusive);
        check(Accept, &wrong(&["a"]), &rejected(), Verdict::Inconclusive);
        check(Agree, &wrong(&["a", "b"]), &wrong(&["b"]), Verdict::Fail);
        check(Agree, &wrong(&["b"]), &wrong(&["a", "b"]), Verdict::Inconclusive);
        let answer = Outcome::Wrong(Differences::of_answer(["a".to_owned()]));
        check(Accept, &answer, &answer, Verdict::Fail);
        check(Accept, &ACCEPTED, &wrong(&["a"]), Verdict::Pass);
        check(Reject, &rejected(), &wrong(&["a"]), Verdict::Pass);
        check(Reject, &wrong(&["a"]), &ACCEPTED, Verdict::Fail);
        check(Either, &wrong(&["a"]), &ACCEPTED, Verdict::Recorded);
        let converted = Outcome::Converted(Box::default());
        check(Accept, &converted, &converted, Verdict::Pass);
        check(Reject, &converted, &converted, Verdict::Fail);
        check(Reject, &rejected(), &converted, Verdict::Pass);
        check(Accept, &converted, &rejected(), Verdict::Inconclusive);
        // Damage outranks everything.
        for damage in [Outcome::Hung, Outcome::Crashed(String::new()), Outcome::Altered(String::new())] {
            for expect in [Accept, Reject, PreferReject, Warn, Either] {
                check(expect, &damage, &rejected(), Verdict::Unsafe);
            }
        }
        for outcome in [ACCEPTED, rejected(), wrong(&["a"])] {
            check(Harmless, &outcome, &ACCEPTED, Verdict::Pass);
            check(Harmless, &outcome, &rejected(), Verdict::Inconclusive);
        }
        check(Agree, &wrong(&["a"]), &ACCEPTED, Verdict::Fail);
        check(Agree, &rejected(), &ACCEPTED, Verdict::Pass);
        // Half a tree is no refusal, where one is due.
        let left = Outcome::Left("no".into());
        check(Reject, &left, &ACCEPTED, Verdict::Fail);
        check(Accept, &left, &ACCEPTED, Verdict::Fail);
        check(Harmless, &left, &ACCEPTED, Verdict::Pass);
        check(Agree, &left, &ACCEPTED, Verdict::Pass);
        check(Harmless, &Outcome::Printed("ESC".into()), &ACCEPTED, Verdict::Unsafe);
        check(Either, &Outcome::Skipped("no".into()), &ACCEPTED, Verdict::Skip);
        check(Reject, &Outcome::Failed("no".into()), &ACCEPTED, Verdict::Error);
    }

    #[test]
    fn a_silent_misreading_is_unsafe() {
        let reading = |value: &str| Reading([("a#/b".to_owned(), value.to_owned())].into());
        let read = Outcome::Accepted { warned: false, read: Some(reading("1")) };
        assert_eq!(judge(Expect::Accept, &read, &ACCEPTED, Some(&reading("1"))), Verdict::Pass);
        assert_eq!(judge(Expect::Accept, &read, &ACCEPTED, Some(&reading("2"))), Verdict::Unsafe);
        assert_eq!(judge(Expect::Either, &read, &ACCEPTED, Some(&reading("2"))), Verdict::Unsafe);
        assert_eq!(judge(Expect::Either, &read, &ACCEPTED, None), Verdict::Recorded);
    }

    #[test]
    fn a_wrong_conversion_counts_by_its_level() {
        use Verdict::{Fail, Inconclusive, Pass, Recorded, Warn};
        assert_eq!(judge_conversion(Pass, None), Pass);
        assert_eq!(judge_conversion(Pass, Some(Level::Must)), Fail);
        assert_eq!(judge_conversion(Pass, Some(Level::Implied)), Warn);
        assert_eq!(judge_conversion(Pass, Some(Level::Should)), Warn);
        for verdict in [Fail, Recorded, Inconclusive] {
            assert_eq!(judge_conversion(verdict, Some(Level::Must)), verdict);
        }
    }
}
