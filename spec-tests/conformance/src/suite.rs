//! Running cases against subjects.

pub mod safety;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::features::Features;
use seaworthy_generators::image::generate;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Check, Class, Finding, Role};

use self::safety::Threat;
use crate::conversion::{self, ReferenceConversion};
use crate::facts;
use crate::outcome::{Differences, Outcome, Reading};
use crate::subjects::{Subject, Unavailable, fingerprint, reference};
use crate::verdict::{Expect, Verdict, expect, judge, judge_conversion};

/// A case with its images.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The case.
    pub case: Case,
    /// The image that it is about.
    pub layout: Memory,
    /// The same image without the edit.
    pub control: Memory,
    /// What tells the control from others.
    control_fingerprint: String,
    /// What every reader has to make of the image: only for one that is valid.
    pub wanted: Option<Reading>,
    /// Whether the images are the plain ones, because none was asked for or none of the seed fits.
    pub is_plain: bool,
    /// What a converter has to make of it: only where the case is about that.
    pub conversion: Option<ReferenceConversion>,
}

impl Prepared {
    /// Makes the images of a case, for one version of the specification: from the plain image, or
    /// from the first random one of `seed` on which the edit does what it is there for.
    pub fn new(case: Case, version: SpecVersion, seed: Option<u64>) -> Prepared {
        let random = seed.and_then(|seed| random(&case, version, seed));
        let is_plain = random.is_none();
        let (layout, control) = random.unwrap_or_else(|| (case.layout(), case.control()));
        let wanted = if case.class == Class::Valid { facts::reading(&layout, version).ok() } else { None };
        let is_compared =
            case.class == Class::Valid && matches!(case.requirement.rule.check, Check::Conversion(_));
        let conversion = is_compared.then(|| conversion::reference(&layout, version).ok()).flatten();
        let control_fingerprint = fingerprint(&control);
        Prepared { control_fingerprint, case, layout, control, wanted, is_plain, conversion }
    }
}

/// A case and its control on a random image. An edit is written with the plain images in mind: on
/// one that lacks what it builds on it does nothing, or more than it should. The rules tell.
fn random(case: &Case, version: SpecVersion, seed: u64) -> Option<(Memory, Memory)> {
    const TRIES: usize = 32;
    (0..TRIES).find_map(|attempt| {
        let bytes = seeded(&format!("{seed} {} {attempt}", case.id), 2048);
        let mut choices = Choices::new(&bytes);
        let features = Features::all().swarm(&mut choices);
        let draft = generate(&mut choices, &features, version);
        let (layout, control) = (case.layout_of(&draft, &bytes)?, case.control_of(&draft, &bytes)?);
        let broken = |layout: &Memory| -> Option<BTreeSet<String>> {
            let findings = reference::findings(layout, version).ok()?.findings;
            Some(findings.iter().map(|finding| finding.requirement.id.clone()).collect())
        };
        let wanted = match case.class {
            Class::Invalid => BTreeSet::from([case.requirement.id.clone()]),
            Class::Valid | Class::Refused | Class::Unclear => BTreeSet::new(),
        };
        let fits = layout != control && broken(&layout)? == wanted && broken(&control)?.is_empty();
        // A user may well be unknown to an image that was not made with that user in mind.
        let is_right = match (case.requirement.rule.check, case.class) {
            (Check::Conversion(_), Class::Valid) => conversion::reference(&layout, version).is_ok(),
            (_, Class::Refused) => conversion::reference(&layout, version).is_err(),
            _ => true,
        };
        (fits && is_right).then_some((layout, control))
    })
}

/// Every case that means anything in `version` and whose id starts with one of `only`, or all.
pub fn prepare(version: SpecVersion, only: &[String], seed: Option<u64>) -> Vec<Prepared> {
    let cases = seaworthy_rules::case::cases().into_iter();
    let cases = cases.filter(|case| case.is_in(version) && is_wanted(&case.id, only));
    cases.map(|case| Prepared::new(case, version, seed)).collect()
}

fn is_wanted(id: &str, only: &[String]) -> bool {
    only.is_empty() || only.iter().any(|prefix| id.starts_with(prefix.as_str()))
}

/// What a subject did with one case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    /// What was expected.
    pub expect: Expect,
    /// What it came to.
    pub verdict: Verdict,
    /// What the subject did.
    pub outcome: Outcome,
    /// Why the verdict is what it is, where the outcome does not say.
    pub reason: Option<String>,
    /// The differences that the reason, or the outcome, tells the first of.
    pub differences: Differences,
}

/// What a subject did with all cases.
#[derive(Debug)]
pub struct SubjectReport {
    /// Its name.
    pub name: String,
    /// What it does with images.
    pub role: Role,
    /// Its version, or why it was not tested.
    pub version: Result<String, Unavailable>,
    /// A result for each case, in their order; nothing if it was not tested.
    pub results: Vec<CaseResult>,
}

impl SubjectReport {
    /// How many cases came to a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.results.iter().filter(|result| result.verdict == verdict).count()
    }

    /// Whether it was tested and did everything that the specification asks of it, advice included.
    pub fn is_flawless(&self) -> bool {
        let is_flaw = |verdict| !matches!(verdict, Verdict::Pass | Verdict::Recorded);
        self.version.is_ok() && !self.results.is_empty() && !self.results.iter().any(|r| is_flaw(r.verdict))
    }
}

/// How far a run is, and what it came to just now.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'r> {
    /// How many results there are.
    pub done: usize,
    /// How many there will be.
    pub total: usize,
    /// The subject of the last.
    pub subject: &'r str,
    /// The last.
    pub result: &'r CaseResult,
}

/// Runs every case against every subject, and every threat against those it concerns, `jobs` at a
/// time. `progress` is called after each, from any thread.
pub fn run(
    subjects: &[Box<dyn Subject>],
    cases: &[Prepared],
    threats: &[Threat],
    version: SpecVersion,
    jobs: usize,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
) -> Vec<SubjectReport> {
    let versions: Vec<_> = subjects.iter().map(|subject| subject.version()).collect();
    // What there is to do: a subject, and a case or, counted on from the cases, a threat.
    let available = (0..subjects.len()).filter(|&at| versions[at].is_ok());
    let list: Vec<(usize, usize)> = available
        .flat_map(|subject| {
            let role = subjects[subject].role();
            let concerns =
                move |at: &usize| at.checked_sub(cases.len()).is_none_or(|at| threats[at].concerns(role));
            (0..cases.len() + threats.len()).filter(concerns).map(move |at| (subject, at))
        })
        .collect();
    let total = list.len();
    let plain: Vec<safety::Controls> = subjects.iter().map(|_| safety::Controls::default()).collect();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let controls = Controls::default();
    let results: Mutex<Vec<(usize, usize, CaseResult)>> = Mutex::new(Vec::with_capacity(total));
    let work = || {
        while let Some(&(subject, at)) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = match cases.get(at) {
                Some(case) => one(&*subjects[subject], subject, case, version, &controls),
                None => threats[at - cases.len()].run(&*subjects[subject], version, &plain[subject]),
            };
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(&Progress { done, total, subject: subjects[subject].name(), result: &result });
            results.lock().unwrap_or_else(PoisonError::into_inner).push((subject, at, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.max(1) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(subject, at, _)| (*subject, *at));
    let mut reports: Vec<SubjectReport> = subjects
        .iter()
        .zip(versions)
        .map(|(subject, version)| SubjectReport {
            name: subject.name().to_owned(),
            role: subject.role(),
            version,
            results: Vec::new(),
        })
        .collect();
    results.into_iter().for_each(|(subject, _, result)| reports[subject].results.push(result));
    reports
}

/// Outcomes of controls: many cases share one, and a subject is asked once.
#[derive(Default)]
struct Controls(Mutex<HashMap<ControlKey, Arc<OnceLock<Outcome>>>>);

/// A subject by its place, and a control by its fingerprint.
type ControlKey = (usize, String);

impl Controls {
    fn of(&self, at: usize, prepared: &Prepared, run: impl FnOnce() -> Outcome) -> Outcome {
        let key = (at, prepared.control_fingerprint.clone());
        let cell = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        cell.get_or_init(run).clone()
    }
}

fn one(
    subject: &dyn Subject,
    at: usize,
    prepared: &Prepared,
    version: SpecVersion,
    controls: &Controls,
) -> CaseResult {
    let case = &prepared.case;
    let expect = expect(case, subject.role(), version);
    let result = |verdict, outcome: Outcome, reason, differences| CaseResult {
        id: case.id.clone(),
        expect,
        verdict,
        outcome,
        reason,
        differences,
    };
    if let Some(reason) = subject.skips(case) {
        let outcome = Outcome::Skipped(Cow::into_owned(reason));
        return result(Verdict::Skip, outcome, None, Differences::default());
    }
    let control = controls.of(at, prepared, || subject.run(&prepared.control, version));
    let outcome = subject.run(&prepared.layout, version);
    let breaches = match (&outcome, &prepared.conversion) {
        (Outcome::Converted(found), Some(wanted)) => wanted.breaches(case.requirement, found, version),
        _ => Vec::new(),
    };
    let verdict = match judge(expect, &outcome, &control, prepared.wanted.as_ref()) {
        // Whoever goes on without a user that has to be refused, and as root, hands out power.
        Verdict::Fail if case.class == Class::Refused && is_root(&outcome) => Verdict::Unsafe,
        verdict => judge_conversion(verdict, breaches.iter().map(|breach| breach.level).max()),
    };
    let (differences, against_control) = against(verdict, &outcome, &control);
    let reason = match (&outcome, &prepared.wanted) {
        (Outcome::Accepted { read: Some(read), .. }, Some(wanted)) if verdict == Verdict::Unsafe => {
            read.difference(wanted).map(|difference| format!("read wrongly: {difference}"))
        }
        (Outcome::Converted(_), _) if verdict == Verdict::Unsafe => Some("the process is root".to_owned()),
        (Outcome::Converted(_), _) if !breaches.is_empty() => Some(in_words(&breaches)),
        _ => against_control,
    };
    result(verdict, outcome, reason, differences)
}

/// What a verdict stands on once the control is taken into account: the differences that count, and the words for
/// them where the outcome's own would tell of others.
fn against(verdict: Verdict, outcome: &Outcome, control: &Outcome) -> (Differences, Option<String>) {
    match (verdict, outcome) {
        (Verdict::Fail, Outcome::Wrong(_)) => {
            let differences = outcome.differences().beyond(control);
            let words = differences.words().to_owned();
            (differences, Some(words))
        }
        (Verdict::Inconclusive, _) => {
            let words = format!("the unbroken twin was {}: {}", control.as_str(), control.words());
            (control.differences(), Some(words))
        }
        _ => (outcome.differences(), None),
    }
}

/// Whether a converter makes the process root.
fn is_root(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Converted(runtime) if runtime.user.uid.unwrap_or_default() == 0)
}

/// The first breach, for people.
fn in_words(breaches: &[Finding]) -> String {
    breaches.first().map_or_else(String::new, |breach| format!("{}; wanted: {}", breach.found, breach.wanted))
}
