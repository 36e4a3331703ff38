//! The suite bites converters: each sabotaged converter is caught by the requirement that it breaks,
//! the reference passes, and so does one that takes every liberty there is.

use std::collections::BTreeSet;

use seaworthy::subjects::Subject;
use seaworthy::subjects::converter::Converter;
use seaworthy::subjects::sabotaged_converter::{FAULTS, LIBERAL, SabotagedConverter};
use seaworthy::suite::{self, SubjectReport, safety};
use seaworthy::verdict::Verdict;
use seaworthy_image::spec::SpecVersion;

/// The requirements whose cases a subject does not get right.
fn missed(report: &SubjectReport) -> BTreeSet<String> {
    let wrong = |verdict| !matches!(verdict, Verdict::Pass | Verdict::Recorded | Verdict::Skip);
    let requirement = |id: &str| id.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    report
        .results
        .iter()
        .filter(|result| wrong(result.verdict))
        .map(|result| requirement(&result.id))
        .collect()
}

fn run(subjects: &[Box<dyn Subject>], only: &[&str], version: SpecVersion) -> Vec<SubjectReport> {
    let only: Vec<String> = only.iter().map(ToString::to_string).collect();
    let cases = suite::prepare(version, &only, None);
    assert!(!cases.is_empty());
    suite::run(subjects, &cases, &[], version, 2, &|_| ())
}

#[test]
fn the_reference_and_a_liberal_converter_pass_in_every_version() {
    for version in SpecVersion::ALL {
        let subjects: Vec<Box<dyn Subject>> =
            vec![Box::new(Converter), Box::new(SabotagedConverter(LIBERAL))];
        for report in run(&subjects, &["conversion/"], version) {
            let wrong = report
                .results
                .iter()
                .filter(|result| !matches!(result.verdict, Verdict::Pass | Verdict::Recorded));
            let wrong: Vec<_> =
                wrong.map(|result| (&result.id, &result.verdict, &result.outcome, &result.reason)).collect();
            assert!(report.is_flawless(), "{} by {version}: {wrong:#?}", report.name);
        }
    }
}

/// A converter gets every case to see, not only those about converting.
#[test]
fn the_reference_takes_whatever_is_valid() {
    let reports = run(&[Box::new(Converter)], &[], SpecVersion::default());
    assert_eq!(missed(&reports[0]), BTreeSet::new());
}

#[test]
fn every_sabotaged_converter_is_caught_by_its_own_requirement() {
    let subjects: Vec<Box<dyn Subject>> =
        FAULTS.iter().map(|fault| Box::new(SabotagedConverter(fault)) as Box<dyn Subject>).collect();
    let reports = run(&subjects, &["conversion/"], SpecVersion::default());
    let mut bitten = BTreeSet::new();
    let caught = reports.iter().zip(FAULTS).map(|(report, fault)| {
        let missed = missed(report);
        assert!(missed.contains(fault.breaks), "{} ({}) is caught by {missed:?}", fault.name, fault.does);
        let lines: Vec<_> = missed.iter().map(String::as_str).collect();
        let lines = format!("{}: {}\n  {}\n", fault.name, fault.does, lines.join("\n  "));
        bitten.extend(missed);
        lines
    });
    let caught: String = caught.collect();
    insta::assert_snapshot!(caught);
    let all = seaworthy_rules::all().iter().map(|requirement| requirement.id.clone());
    let unbitten: Vec<_> = all.filter(|id| id.starts_with("conversion/") && !bitten.contains(id)).collect();
    assert!(unbitten.is_empty(), "nothing trips {unbitten:?}");
}

/// Whoever goes on as root where the user has to be refused is unsafe, and not only wrong.
#[test]
fn root_for_a_user_that_is_none_is_unsafe() {
    for name in ["wraps-numbers", "takes-unknown-users-for-root"] {
        let fault = FAULTS.iter().find(|fault| fault.name == name).expect("the fault");
        let subjects: Vec<Box<dyn Subject>> = vec![Box::new(SabotagedConverter(fault))];
        let reports = run(&subjects, &["conversion/user-"], SpecVersion::default());
        assert!(reports[0].count(Verdict::Unsafe) > 0, "{name}");
    }
}

/// A fault, and a case of the safety battery that shows it.
const SHOWN_BY: [(&str, &str); 5] = [
    ("wraps-numbers", "safety/cfg-01/two-to-the-32"),
    ("takes-unknown-users-for-root", "safety/cfg-02/user-of-two-to-the-32"),
    ("looks-numbers-up-as-names", "safety/cfg-02/name-that-is-a-number"),
    ("trims-labels", "safety/cfg-05/document"),
    ("drops-empty-variables", "safety/cfg-06/empty-value"),
];

#[test]
fn the_safety_battery_bites_converters() {
    let version = SpecVersion::default();
    let one = |subject: Box<dyn Subject>, only: &[String]| {
        suite::run(&[subject], &[], &safety::threats(only), version, 2, &|_| ()).remove(0)
    };
    let reference = one(Box::new(Converter), &[]);
    let is_fine = |verdict| matches!(verdict, Verdict::Pass | Verdict::Skip);
    let wrong: Vec<_> = reference.results.iter().filter(|result| !is_fine(result.verdict)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(reference.count(Verdict::Pass) > 50);
    for (name, case) in SHOWN_BY {
        let fault = FAULTS.iter().find(|fault| fault.name == name).expect("the fault");
        let report = one(Box::new(SabotagedConverter(fault)), &[case.to_owned()]);
        let verdicts: Vec<_> = report.results.iter().map(|result| result.verdict).collect();
        assert!(matches!(verdicts[..], [Verdict::Fail | Verdict::Unsafe]), "{name} by {case}: {verdicts:?}");
    }
}
