//! A report as a small static site: pages that need no server, and nothing from elsewhere.

mod pages;
mod place;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use askama::Template;

use self::pages::{ChangesPage, IndexPage, RequirementPage, RequirementsPage, SubjectPage};
use crate::commands::report::diff::{Change, diff};
use crate::report::html::STYLE;
use crate::report::{Report, TestResult, printable};

/// The script that filters tables; without it everything is shown.
const SCRIPT: &str = include_str!("../../templates/filter.js");

/// What the pages show.
pub(crate) struct Site {
    /// The report, printable already.
    report: Report,
    /// What changed since another report; none if there is no other.
    changes: Option<Vec<Change>>,
    /// The page of each subject, in their order.
    subjects: Vec<String>,
}

/// Writes the site into a folder: a new or an empty one, or the site of an earlier run, which it
/// takes the place of. Returns how many files and bytes it has.
///
/// # Errors
///
/// The folder holds something else, or cannot be written.
pub fn write(report: &Report, since: Option<&Report>, folder: &Path) -> anyhow::Result<(usize, u64)> {
    let site = Site::new(report, since);
    place::replace(folder, |new| site.write(new)).with_context(|| folder.display().to_string())
}

impl Site {
    fn new(report: &Report, since: Option<&Report>) -> Site {
        let report = printable(report);
        let changes = since.map(|since| diff(&printable(since), &report));
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let page = |name: &str| {
            let slug = slug(name);
            let count = taken.entry(slug.clone()).or_default();
            *count += 1;
            let number = if *count > 1 { format!("-{count}") } else { String::new() };
            format!("subjects/{slug}{number}.html")
        };
        let subjects = report.subjects.iter().map(|subject| subject.name.as_str()).map(page).collect();
        Site { report, changes, subjects }
    }

    fn write(&self, folder: &Path) -> anyhow::Result<(usize, u64)> {
        let (mut files, mut bytes) = (0, 0);
        let mut add = |path: &str, text: &str| -> anyhow::Result<()> {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            (files, bytes) = (files + 1, bytes + text.len() as u64);
            std::fs::write(&path, text).with_context(|| path.display().to_string())
        };
        add("style.css", STYLE)?;
        add("filter.js", SCRIPT)?;
        add("index.html", &IndexPage::new(self).render()?)?;
        add("requirements.html", &RequirementsPage::new(self).render()?)?;
        for (subject, path) in self.report.subjects.iter().zip(&self.subjects) {
            add(path, &SubjectPage::new(self, subject).render()?)?;
        }
        let results = self.results_by_requirement();
        for (id, requirement) in &self.report.requirements {
            let of_it = results.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
            add(&page_of(id), &RequirementPage::new(self, id, requirement, of_it).render()?)?;
        }
        if let Some(changes) = &self.changes {
            add("changes.html", &ChangesPage { site: self, root: "", changes }.render()?)?;
        }
        Ok((files, bytes))
    }

    /// Each result under its requirement, with the number of its subject.
    fn results_by_requirement(&self) -> BTreeMap<&str, Vec<(usize, &TestResult)>> {
        let mut results: BTreeMap<&str, Vec<(usize, &TestResult)>> = BTreeMap::new();
        for (at, subject) in self.report.subjects.iter().enumerate() {
            for result in &subject.results {
                if let Some(id) = &result.requirement {
                    results.entry(id).or_default().push((at, result));
                }
            }
        }
        results
    }

    fn has_changes(&self) -> bool {
        self.changes.is_some()
    }

    fn level(&self, result: &TestResult) -> &'static str {
        let requirement = result.requirement.as_ref().and_then(|id| self.report.requirements.get(id));
        requirement.and_then(|requirement| requirement.level).map_or("", |level| level.as_str())
    }

    fn requirement_href(&self, result: &TestResult) -> String {
        match &result.requirement {
            Some(id) if self.report.requirements.contains_key(id) => page_of(id),
            _ => "requirements.html".to_owned(),
        }
    }
}

/// Where the page of a requirement is.
fn page_of(id: &str) -> String {
    let parts: Vec<String> = id.split('/').map(slug).collect();
    format!("requirements/{}.html", parts.join("-"))
}

/// A name as a part of a path and of an address: nothing in it has a meaning to either.
fn slug(name: &str) -> String {
    const MOST: usize = 80;
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() || character == '-' {
            character.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let slug: String = name.chars().map(plain).take(MOST).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_a_plain_name() {
        let check = |name: &str, wanted: &str| assert_eq!(slug(name), wanted);
        check("umoci-stat", "umoci-stat");
        check("../../etc/passwd", "etc-passwd");
        check("oci:./Layout:v1", "oci---layout-v1");
        check("\u{1b}[1m", "1m");
        check("…", "unnamed");
    }
}
