//! The pages, each with what its template shows.

use std::collections::BTreeMap;

use askama::Template;
use seaworthy_generators::battery;
use seaworthy_rules::{Class, case};

use super::{Site, page_of, slug};
use crate::commands::list::window_around_difference;
use crate::commands::report::diff::{Change, ChangeKind};
use crate::report::{Counts, Requirement, Subject, TestResult};
use crate::verdict::Verdict;

/// The start page: subjects against groups of requirements.
#[derive(Template)]
#[template(path = "site/index.html")]
pub(super) struct IndexPage<'s> {
    site: &'s Site,
    root: &'static str,
    roles: Vec<&'s str>,
    groups: Vec<String>,
    rows: Vec<Row<'s>>,
}

struct Row<'s> {
    subject: &'s Subject,
    href: &'s str,
    gravest: &'static str,
    cells: Vec<Cell>,
}

struct Cell {
    group: String,
    gravest: Option<(Verdict, usize)>,
    total: usize,
}

impl<'s> IndexPage<'s> {
    pub(super) fn new(site: &'s Site) -> IndexPage<'s> {
        let mut groups: Vec<String> = Vec::new();
        let mut roles: Vec<&str> = Vec::new();
        for subject in &site.report.subjects {
            if !roles.contains(&subject.role.as_str()) {
                roles.push(&subject.role);
            }
            for group in subject.results.iter().filter_map(group) {
                if !groups.contains(&group) {
                    groups.push(group);
                }
            }
        }
        let row = |(subject, href): (&'s Subject, &'s String)| {
            let mut counts: BTreeMap<String, Vec<&TestResult>> = BTreeMap::new();
            for result in &subject.results {
                counts.entry(group(result).unwrap_or_default()).or_default().push(result);
            }
            let cell = |group: &String| {
                let of_group = counts.get(group).cloned().unwrap_or_default();
                let total = of_group.len();
                Cell { group: group.clone(), gravest: gravest(&Counts::of(of_group)), total }
            };
            Row {
                subject,
                href,
                gravest: gravest(&subject.counts).map_or("", |(verdict, _)| verdict.as_str()),
                cells: groups.iter().map(cell).collect(),
            }
        };
        let rows = site.report.subjects.iter().zip(&site.subjects).map(row).collect();
        IndexPage { site, root: "", roles, groups, rows }
    }
}

/// The page of a subject: all its results.
#[derive(Template)]
#[template(path = "site/subject.html")]
pub(super) struct SubjectPage<'s> {
    site: &'s Site,
    root: &'static str,
    subject: &'s Subject,
    groups: Vec<(String, Vec<&'s TestResult>)>,
}

impl<'s> SubjectPage<'s> {
    pub(super) fn new(site: &'s Site, subject: &'s Subject) -> SubjectPage<'s> {
        let mut groups: Vec<(String, Vec<&TestResult>)> = Vec::new();
        for result in &subject.results {
            let Some(group) = group(result) else { continue };
            match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, results)) => results.push(result),
                None => groups.push((group, vec![result])),
            }
        }
        SubjectPage { site, root: "../", subject, groups }
    }
}

/// All requirements that the report names.
#[derive(Template)]
#[template(path = "site/requirements.html")]
pub(super) struct RequirementsPage<'s> {
    site: &'s Site,
    root: &'static str,
    rows: Vec<RequirementRow<'s>>,
}

struct RequirementRow<'s> {
    id: &'s str,
    href: String,
    level: &'static str,
    says: &'s str,
    gravest: &'static str,
}

impl<'s> RequirementsPage<'s> {
    pub(super) fn new(site: &'s Site) -> RequirementsPage<'s> {
        let results = site.results_by_requirement();
        let row = |(id, requirement): (&'s String, &'s Requirement)| {
            let of_it = results.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let counts = Counts::of(of_it.iter().map(|(_, result)| *result));
            RequirementRow {
                id,
                href: page_of(id),
                level: requirement.level.map_or("", |level| level.as_str()),
                says: &requirement.says,
                gravest: gravest(&counts).map_or("", |(verdict, _)| verdict.as_str()),
            }
        };
        RequirementsPage { site, root: "", rows: site.report.requirements.iter().map(row).collect() }
    }
}

/// The page of a requirement: what it says, its examples, and what every subject makes of it.
#[derive(Template)]
#[template(path = "site/requirement.html")]
pub(super) struct RequirementPage<'s> {
    site: &'s Site,
    root: &'static str,
    id: &'s str,
    requirement: &'s Requirement,
    /// Paragraphs of text and code.
    why: Vec<Vec<(bool, String)>>,
    subjects: Vec<(&'s str, &'s str)>,
    results: Vec<(&'s str, Vec<Option<&'s TestResult>>)>,
    examples: Vec<(&'static str, Vec<Example>)>,
}

struct Example {
    id: String,
    before: String,
    after: String,
}

impl<'s> RequirementPage<'s> {
    pub(super) fn new(
        site: &'s Site,
        id: &'s str,
        requirement: &'s Requirement,
        results: &[(usize, &'s TestResult)],
    ) -> RequirementPage<'s> {
        let asked: Vec<usize> = (0..site.report.subjects.len())
            .filter(|at| results.iter().any(|(subject, _)| subject == at))
            .collect();
        let mut rows: Vec<(&str, Vec<Option<&TestResult>>)> = Vec::new();
        for (subject, result) in results {
            let place = asked.iter().position(|at| at == subject).unwrap_or(0);
            let case = result.case.as_str();
            let row = match rows.iter().position(|(name, _)| *name == case) {
                Some(row) => row,
                None => {
                    rows.push((case, vec![None; asked.len()]));
                    rows.len() - 1
                }
            };
            rows[row].1[place] = Some(result);
        }
        let subject = |at: usize| (site.report.subjects[at].name.as_str(), site.subjects[at].as_str());
        RequirementPage {
            site,
            root: "../",
            id,
            requirement,
            why: why(id),
            subjects: asked.into_iter().map(subject).collect(),
            results: rows,
            examples: examples(id),
        }
    }
}

/// What changed since another report.
#[derive(Template)]
#[template(path = "site/changes.html")]
pub(super) struct ChangesPage<'s> {
    pub(super) site: &'s Site,
    pub(super) root: &'static str,
    pub(super) changes: &'s [Change],
}

impl Change {
    fn style(&self) -> &'static str {
        match self.kind {
            ChangeKind::Regression => "fail",
            ChangeKind::Improvement => "pass",
            ChangeKind::Other => "",
        }
    }
}

impl Subject {
    fn has_findings(&self) -> bool {
        self.results.iter().any(|result| !result.findings.is_empty())
    }
}

/// The group of requirements that a result belongs to.
fn group(result: &TestResult) -> Option<String> {
    let id = result.requirement.as_deref()?;
    Some(slug(id.split('/').next().unwrap_or_default()))
}

/// The gravest verdict there is, and how often.
fn gravest(counts: &Counts) -> Option<(Verdict, usize)> {
    const GRAVEST_FIRST: [Verdict; 8] = [
        Verdict::Unsafe,
        Verdict::Fail,
        Verdict::Error,
        Verdict::Warn,
        Verdict::Inconclusive,
        Verdict::Pass,
        Verdict::Recorded,
        Verdict::Skip,
    ];
    GRAVEST_FIRST.map(|verdict| (verdict, counts.count(verdict))).into_iter().find(|(_, count)| *count > 0)
}

/// The reasons for a requirement that this program knows: paragraphs, with code apart.
fn why(id: &str) -> Vec<Vec<(bool, String)>> {
    let of_images = seaworthy_rules::find(id).map(|requirement| requirement.why.as_str());
    let of_registries = seaworthy_registry::find(id).map(|requirement| requirement.why.as_str());
    let of_battery = || {
        let family = battery::find(id).filter(|family| !family.references.is_empty())?;
        Some(format!("Seen in {}.", family.references.join(", ")))
    };
    let text = of_images.or(of_registries).map(str::to_owned).or_else(of_battery).unwrap_or_default();
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    let parts = |paragraph: &str| {
        let parts = paragraph.split('`').enumerate();
        parts.map(|(at, part)| (at % 2 == 1, part.to_owned())).collect()
    };
    paragraphs.map(parts).collect()
}

fn examples(id: &str) -> Vec<(&'static str, Vec<Example>)> {
    let Some(requirement) = seaworthy_rules::find(id) else { return Vec::new() };
    let cases = case::of(requirement);
    let of_class = |class: Class| -> Vec<Example> {
        let cases = cases.iter().filter(|case| case.class == class);
        let example = |case: &seaworthy_rules::Case| {
            let (before, after) = window_around_difference(case);
            Example { id: case.id.clone(), before, after }
        };
        cases.map(example).collect()
    };
    [
        (Class::Invalid, "Breaks it, and nothing else"),
        (Class::Valid, "Keeps to it"),
        (Class::Unclear, "The specification does not tell"),
    ]
    .map(|(class, title)| (title, of_class(class)))
    .into_iter()
    .filter(|(_, examples)| !examples.is_empty())
    .collect()
}
