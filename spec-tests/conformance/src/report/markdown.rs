//! Markdown, for a step summary or a comment.

use std::io::{self, Write};

use super::human::{counts_in_words, in_words, specifications};
use super::model::{Report, Subject};
use crate::verdict::Verdict;

/// A summary is cut off by GitHub at one mebibyte: this many lines stay well below.
const MOST: usize = 500;

/// Writes a summary: a table, and what went wrong.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Seaworthy: {}\n", counts_or_nothing(report))?;
    if report.is_check() {
        images(report, out)?
    } else {
        subjects(report, out)?
    }
    let seed = report.seed.map(|seed| format!(", seed {seed}")).unwrap_or_default();
    writeln!(
        out,
        "\nSeaworthy {}, {}{seed}: {}",
        code(&report.seaworthy),
        code(&specifications(report)),
        code(&report.command.join(" "))
    )
}

fn counts_or_nothing(report: &Report) -> String {
    let words = counts_in_words(&report.counts_under_test());
    if words.is_empty() { "nothing was judged".to_owned() } else { words }
}

fn images(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut left = MOST;
    for subject in &report.subjects {
        for result in &subject.results {
            let words = match result.words.as_str() {
                "" => plain(&in_words(report, &result.findings, result.verdict)),
                words => format!("cannot be judged: {}", code(words)),
            };
            writeln!(out, "* {} {} {words}", sign(result.verdict), code(&subject.name))?;
            for finding in &result.findings {
                if left == 0 {
                    return writeln!(out, "\nMore is not shown here; the other reports have it all.");
                }
                left -= 1;
                writeln!(
                    out,
                    "  * **{}** {} at {}: found {}, wanted {}",
                    finding.level.as_str(),
                    code(&finding.requirement),
                    code(&finding.place()),
                    code(&finding.found),
                    code(&finding.wanted)
                )?;
            }
        }
    }
    Ok(())
}

fn subjects(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect();
    writeln!(out, "| subject | version | role | {} |", names.join(" | "))?;
    writeln!(out, "|---|---|---|{}", "---:|".repeat(names.len()))?;
    for subject in report.subjects.iter().filter(|subject| subject.unavailable.is_none()) {
        let version = subject.version.as_deref().unwrap_or_default();
        let number = |verdict: &Verdict| match subject.counts.count(*verdict) {
            0 => String::new(),
            count => count.to_string(),
        };
        let numbers: Vec<String> = Verdict::ALL.iter().map(number).collect();
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&subject.name),
            cell(version),
            cell(&subject.role),
            numbers.join(" | ")
        )?;
    }
    for subject in &report.subjects {
        if let Some(unavailable) = &subject.unavailable {
            writeln!(out, "\n{} is not available: {}", code(&subject.name), code(&unavailable.reason))?;
        }
        for note in subject.unjudged.iter().chain(&subject.notes) {
            writeln!(out, "\n{}: {}", code(&subject.name), code(note))?;
        }
    }
    let wrong = |subject: &Subject| subject.results.iter().filter(|result| result.is_wrong()).count();
    if report.subjects.iter().map(wrong).sum::<usize>() == 0 {
        return Ok(());
    }
    writeln!(out, "\n### What went wrong\n")?;
    let mut left = MOST;
    for subject in &report.subjects {
        for result in subject.results.iter().filter(|result| result.is_wrong()) {
            if left == 0 {
                return writeln!(out, "\nMore is not shown here; the other reports have it all.");
            }
            left -= 1;
            let verdict = result.verdict.as_str();
            writeln!(
                out,
                "* {} {} **{verdict}** {}, {}",
                sign(result.verdict),
                code(&subject.name),
                code(&result.case),
                code(&result.in_words())
            )?;
        }
    }
    Ok(())
}

const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅",
        Verdict::Warn => "⚠️",
        Verdict::Fail | Verdict::Unsafe => "❌",
        Verdict::Error => "❗",
        Verdict::Recorded | Verdict::Inconclusive | Verdict::Skip => "➖",
    }
}

/// Text as a code span: nothing in it is markup, a mention or a link.
fn code(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 || text.starts_with(' ') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text outside code, in which nothing is markup.
fn plain(text: &str) -> String {
    let acts = |character| {
        matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '#' | '@' | '~')
    };
    let escaped =
        |character| if acts(character) { format!("\\{character}") } else { String::from(character) };
    text.chars().map(escaped).collect()
}

/// The same in a table, where a bar ends the cell even within code, and a backslash before it need not help: bars
/// stand between two spans.
fn cell(text: &str) -> String {
    text.split('|').map(code).collect::<Vec<_>>().join("&#124;")
}
