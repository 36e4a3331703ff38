//! The proofs: every mutation breaks what it says it breaks, and nothing else.

use std::collections::BTreeSet;

use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{self, Case, Class};
use seaworthy_rules::{Check, Level, all};

mod common;
use common::{findings, is_as_wanted, show};

/// What is wrong with a case in one version, if anything.
fn problem(case: &Case, layout: &Memory, control: &Memory, version: SpecVersion) -> Option<String> {
    let found = findings(layout, version);
    let as_wanted = is_as_wanted(case, &found);
    let of_control = findings(control, version);
    if as_wanted && of_control.is_empty() && (case.class == Class::Valid || layout != control) {
        return None;
    }
    let same = if layout == control { "\n      the edit changed nothing" } else { "" };
    Some(format!(
        "  {} ({}, {version}):{same}{}\n    control:{}",
        case.id,
        case.class.as_str(),
        show(&found),
        show(&of_control)
    ))
}

#[test]
fn plain_images_are_clean() {
    for shape in Shape::ALL {
        let layout = shape.layout();
        for version in SpecVersion::ALL {
            let found = findings(layout, version);
            assert!(found.is_empty(), "{shape:?} {version}:{}", show(&found));
        }
    }
}

#[test]
fn each_mutation_breaks_its_own_requirement_and_no_other() {
    let problems: Vec<String> = case::cases()
        .iter()
        .flat_map(|case| {
            let (layout, control) = (case.layout(), case.control());
            let versions = SpecVersion::ALL.into_iter().filter(|&version| case.is_in(version));
            versions.filter_map(|version| problem(case, &layout, &control, version)).collect::<Vec<_>>()
        })
        .collect();
    let first: Vec<&str> = problems.iter().take(20).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems, first:\n{}", problems.len(), first.join("\n"));
}

#[test]
fn each_mutation_changes_something() {
    let same = case::cases().into_iter().filter(|case| case.layout() == case.control());
    let same: Vec<String> = same.map(|case| case.id).collect();
    assert_eq!(same, AS_IT_IS);
}

/// Cases that are the plain image itself, since it is what the requirement speaks of.
const AS_IT_IS: &[&str] = &[
    "json/canonical-form/members-sorted/header",
    "index/use-is-optional/straight-to-a-manifest",
    "index/image-entries/two-images",
    "manifest/config-type-support/plain-image/manifest",
    "manifest/config-type-support/plain-image/nested-index",
    "manifest/layer-type-support/gzip",
    "config/white-space/none",
    "layer/readable/ustar",
    "layer/readable/pax",
    "conversion/from-configuration/as-it-is",
    "conversion/annotation-os/as-it-is",
    "conversion/annotation-architecture/as-it-is",
    "conversion/annotation-variant/absent",
    "conversion/annotation-os-version/absent",
    "conversion/annotation-os-features/absent",
    "conversion/annotation-stop-signal/absent",
    "conversion/user-parsed/as-it-is",
    "conversion/exposed-ports/absent",
];

#[test]
fn every_requirement_has_cases() {
    for requirement in all() {
        let rule = requirement.rule;
        let id = &requirement.id;
        let levels: Vec<Level> =
            SpecVersion::ALL.iter().filter_map(|&version| rule.grade.at(version)).collect();
        assert!(!levels.is_empty(), "{id} is in force in no version");
        // What looks at a program's work has no content to trip it: the sabotaged programs do.
        let looks = !matches!(rule.check, Check::Behaviour | Check::Conversion(_));
        assert!(!looks || !rule.invalid.is_empty(), "{id} has a check and nothing that trips it");
        assert!(looks || rule.invalid.is_empty(), "{id} has invalid mutations and no check");
        assert!(!rule.valid.is_empty() || !rule.invalid.is_empty(), "{id} has no case");
        assert!(rule.refused.is_empty() || !rule.binds.is_empty(), "{id} obliges nobody to refuse its cases");
        assert!(levels.iter().any(|&level| level > Level::May) || !looks, "{id} is a MAY and has a check");
        assert!(
            requirement.says.ends_with('.') && requirement.says.len() > 20,
            "{id}: {:?}",
            requirement.says
        );
        let (file, anchor) = rule.section.split_once('#').unwrap_or_default();
        assert!(file.ends_with(".md") && !anchor.is_empty(), "{id}: section {:?}", rule.section);
    }
}

#[test]
fn names_are_told_apart() {
    let mut ids = BTreeSet::new();
    for case in case::cases() {
        assert!(ids.insert(case.id.clone()), "two cases are called {}", case.id);
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-/".contains(&byte);
        assert!(case.id.bytes().all(is_plain), "{}", case.id);
        if let Some(after) = case.mutation.after {
            let known = case.requirement.rule.valid.iter().any(|valid| valid.name == after);
            assert!(known, "{} comes after {after:?}, which is no valid mutation of its rule", case.id);
        }
    }
}
