//! One page on its own: no scripts, nothing from elsewhere.

use std::io::{self, Write};

use askama::Template;

use super::model::{Counts, Finding, Kind, Report, TestResult};
use crate::verdict::Verdict;

/// The style of every page.
pub(crate) const STYLE: &str = include_str!("../../templates/style.css");

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'r> {
    report: &'r Report,
    style: &'static str,
    verdicts: [Verdict; 8],
}

/// Writes the page. The report has to be printable already; the template escapes for HTML.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, style: STYLE, verdicts: Verdict::ALL };
    page.write_into(out)?;
    writeln!(out)
}

impl Report {
    /// Whether the report is on images.
    pub(crate) fn is_check(&self) -> bool {
        self.kind == Kind::Check
    }
}

impl Counts {
    /// The verdicts that occur, each with its count.
    pub(crate) fn listed(&self) -> Vec<(Verdict, usize)> {
        let all = Verdict::ALL.map(|verdict| (verdict, self.count(verdict)));
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Whether all there is passed, or is left to choice.
    pub(crate) fn is_flawless(&self) -> bool {
        self.listed().iter().all(|(verdict, _)| matches!(verdict, Verdict::Pass | Verdict::Recorded))
    }
}

impl TestResult {
    /// Whether a page on its own lists it, and does not only count it.
    pub(crate) fn is_listed(&self) -> bool {
        !matches!(self.verdict, Verdict::Pass | Verdict::Recorded)
    }

    /// How many differences there are, and how many of them are listed.
    pub(crate) fn count_of_differences(&self) -> String {
        match (self.differences.len(), self.more_differences) {
            (1, 0) => "1 difference".to_owned(),
            (listed, 0) => format!("All {listed} differences"),
            (listed, more) => format!("The first {listed} of {} differences", listed + more),
        }
    }
}

impl Finding {
    /// The file, line and column, the entry of a layer, and the pointer.
    pub(crate) fn place(&self) -> String {
        let mut place = self.file.clone();
        if let (Some(line), Some(column)) = (self.line, self.column) {
            place += &format!(":{line}:{column}");
        }
        if let Some(entry) = &self.entry {
            place += &format!(": {entry}");
        }
        if let Some(offset) = self.archive_offset {
            place += &format!(", byte {offset} of the archive");
        }
        match self.pointer.as_deref() {
            None | Some("") => place,
            Some(pointer) => format!("{place} ({pointer})"),
        }
    }
}
