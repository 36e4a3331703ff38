//! The suite bites readers: each sabotaged reader is caught, and the honest one is not.

use std::collections::BTreeSet;

use seaworthy::outcome::Outcome;
use seaworthy::subjects::Subject;
use seaworthy::subjects::reference::Reference;
use seaworthy::subjects::sabotaged::{FAULTS, Sabotaged};
use seaworthy::subjects::sabotaged_archives as archives;
use seaworthy::suite::{self, SubjectReport, safety};
use seaworthy::verdict::Verdict;
use seaworthy_generators::battery::{Expect, FAMILIES, Place};
use seaworthy_image::spec::SpecVersion;

/// The requirements whose cases a subject does not get right.
fn missed(report: &SubjectReport) -> BTreeSet<String> {
    let wrong = |verdict| matches!(verdict, Verdict::Fail | Verdict::Unsafe | Verdict::Warn);
    let requirement = |id: &str| id.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    report
        .results
        .iter()
        .filter(|result| wrong(result.verdict))
        .map(|result| requirement(&result.id))
        .collect()
}

#[test]
fn the_reference_passes_the_safety_battery() {
    let subjects: Vec<Box<dyn Subject>> = vec![Box::new(Reference)];
    let threats = safety::threats(&[]);
    let reports = suite::run(&subjects, &[], &threats, SpecVersion::default(), 2, &|_| ());
    assert!(reports[0].is_flawless(), "the reference misses {:?}", missed(&reports[0]));
}

#[test]
fn every_sabotaged_reader_is_caught_by_its_own_requirements() {
    let version = SpecVersion::default();
    let cases = suite::prepare(version, &[], None);
    let mut subjects: Vec<Box<dyn Subject>> = vec![Box::new(Reference)];
    subjects.extend(FAULTS.iter().map(|fault| Box::new(Sabotaged(fault)) as Box<dyn Subject>));
    let reports = suite::run(&subjects, &cases, &[], version, 2, &|_| ());
    assert!(reports[0].is_flawless(), "the reference misses {:?}", missed(&reports[0]));
    let caught = reports[1..].iter().zip(FAULTS).map(|(report, fault)| {
        let missed = missed(report).into_iter().collect::<Vec<_>>();
        assert!(!missed.is_empty(), "{} ({}) is not caught", fault.name, fault.does);
        format!("{}: {}\n  {}\n", fault.name, fault.does, missed.join("\n  "))
    });
    insta::assert_snapshot!(caught.collect::<String>());
}

#[test]
fn every_sabotaged_reader_of_archives_is_caught_by_its_own_cases() {
    let readers =
        || archives::FAULTS.iter().map(|fault| Box::new(archives::Sabotaged(fault)) as Box<dyn Subject>);
    let threats = safety::threats(&["safety/lay-06/".to_owned()]);
    let reports =
        suite::run(&readers().collect::<Vec<_>>(), &[], &threats, SpecVersion::default(), 2, &|_| ());
    let mut caught = BTreeSet::new();
    for (report, fault) in reports.iter().zip(archives::FAULTS) {
        let wrong = report.results.iter().filter(|result| result.verdict != Verdict::Pass);
        let wrong: BTreeSet<&str> = wrong.filter_map(|result| result.id.rsplit('/').next()).collect();
        assert_eq!(wrong, fault.caught_by.iter().copied().collect(), "{} ({})", fault.name, fault.does);
        caught.extend(wrong);
    }
    // A case that catches nobody proves nothing.
    let hostile = FAMILIES.iter().filter(|family| family.id == "LAY-06").flat_map(|family| family.cases);
    let hostile = hostile.filter(|case| case.expect != Expect::Preserve);
    hostile.for_each(|case| assert!(caught.contains(case.name), "{} catches nobody", case.name));
}

/// Where an archive leaves a choice, the reference refuses it or says how it chose.
#[test]
fn the_reference_says_where_an_archive_leaves_a_choice() {
    for case in FAMILIES.iter().filter(|family| family.id == "LAY-06").flat_map(|family| family.cases) {
        let layout = case.layout(&Place::placeholder());
        let outcome = Reference.run_archive(&case.archive().unwrap(), &layout, SpecVersion::default());
        let is_silent = matches!(outcome, Outcome::Accepted { warned: false, .. });
        assert_eq!(is_silent, case.expect == Expect::Preserve, "{}: {outcome:?}", case.name);
    }
}
