//! Reports for people, in a terminal.

use std::io::{self, Write};

use annotate_snippets::renderer::{AnsiColor, Style};
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};

use super::model::{Counts, Finding, Kind, Level, Report, Subject};
use super::{of_check, registry};
use crate::outcome::IN_WORDS;
use crate::printable::printable;
use crate::verdict::Verdict;

/// Writes a whole report; with `verbose` every case, and not only what went wrong.
///
/// # Errors
///
/// The output cannot be written.
pub fn write(report: &Report, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    if report.kind == Kind::Check {
        return report.subjects.iter().try_for_each(|subject| image(report, subject, out));
    }
    if report.kind == Kind::Registry {
        return registry::write(report, verbose, out);
    }
    for subject in &report.subjects {
        details(subject, verbose, out)?;
    }
    let results = report.subjects.iter().flat_map(|subject| &subject.results);
    let mut told = results.filter(|result| result.known.is_none() && (verbose || result.is_wrong()));
    if told.any(|result| result.differences.len() + result.more_differences > IN_WORDS) {
        writeln!(out, "the other differences are listed by the reports json, junit and html")?;
    }
    if let Some(first) =
        report.subjects.iter().flat_map(|subject| &subject.results).find(|one| one.is_wrong())
    {
        writeln!(out, "what a case is about: seaworthy explain {}", printable(&first.case))?;
    }
    for subject in &report.subjects {
        for note in subject.unjudged.iter().chain(&subject.notes) {
            writeln!(out, "{}: {}", name(subject), printable(note))?;
        }
    }
    writeln!(out)?;
    table(report, out)
}

/// Writes what went wrong with a subject: a line for each case.
fn details(subject: &Subject, all: bool, out: &mut dyn Write) -> io::Result<()> {
    for result in subject.results.iter().filter(|result| all || result.is_wrong()) {
        let became = match &result.known {
            Some(reason) => format!("{}; known: {reason}", result.outcome),
            None => result.in_words(),
        };
        let (verdict, case) = (result.verdict.as_str(), printable(&result.case));
        writeln!(out, "{}  {verdict}  {case}  ({})", name(subject), printable(&became))?;
    }
    Ok(())
}

/// Writes the table: a line for each subject.
fn table(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows =
        vec![vec!["subject".to_owned(), "version".to_owned(), "role".to_owned(), "cases".to_owned()]];
    rows[0].extend(Verdict::ALL.iter().map(|verdict| verdict.as_str().to_owned()));
    let number = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
    for subject in report.subjects.iter().filter(|subject| subject.unavailable.is_none()) {
        let version = brief(&printable(subject.version.as_deref().unwrap_or_default()));
        let mut row = vec![name(subject), version, printable(&subject.role)];
        row.push(subject.results.len().to_string());
        row.extend(Verdict::ALL.iter().map(|&verdict| number(subject.counts.count(verdict))));
        rows.push(row);
    }
    aligned(&rows, 3, out)?;
    for subject in &report.subjects {
        if let Some(unavailable) = &subject.unavailable {
            let install = unavailable
                .install
                .as_ref()
                .map(|line| format!("; to install it: {}", printable(line)))
                .unwrap_or_default();
            let reason = printable(&unavailable.reason);
            writeln!(out, "{} is not available: {reason}{install}", name(subject))?;
        }
    }
    if report.counts.known > 0 {
        writeln!(out, "{} of the failures are known, each with its reason", report.counts.known)?;
    }
    let cases = report.subjects.iter().map(|subject| subject.results.len()).max().unwrap_or(0);
    let images = match (report.seed, report.plain) {
        (None, _) => "plain images".to_owned(),
        (Some(seed), None) => format!("images of seed {seed}"),
        (Some(seed), Some(plain)) => {
            format!("images of seed {seed} ({plain} on plain ones, where none of it fits)")
        }
    };
    let shard = report.shard.map(|shard| format!(" (part {} of {})", shard.index, shard.of));
    let versions = specifications(report);
    writeln!(out, "\n{cases} cases{} on {images}, by {versions}", shard.unwrap_or_default())?;
    match (&report.confinement, report.seconds) {
        (Some(how), Some(seconds)) => {
            writeln!(out, "programs run {}; it took {seconds:.1} s", printable(how))
        }
        (Some(how), None) => writeln!(out, "programs run {}", printable(how)),
        (None, Some(seconds)) => writeln!(out, "it took {seconds:.1} s"),
        (None, None) => Ok(()),
    }
}

/// The beginning of a version: some programs list every library that they are made of, and a table with that in
/// it fits no terminal. The other formats have it whole.
fn brief(version: &str) -> String {
    const WIDEST: usize = 24;
    match version.char_indices().nth(WIDEST) {
        Some(_) => version.chars().take(WIDEST - 1).chain(['…']).collect(),
        None => version.to_owned(),
    }
}

/// The specifications that were judged by, in words.
pub(super) fn specifications(report: &Report) -> String {
    let named = report.specifications.iter().map(|(name, version)| format!("{name} {version}"));
    printable(&named.collect::<Vec<_>>().join(" and "))
}

/// Columns: texts to the left, numbers to the right.
pub(super) fn aligned(rows: &[Vec<String>], texts: usize, out: &mut dyn Write) -> io::Result<()> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column < texts { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Writes what became of an image.
///
/// # Errors
///
/// The output cannot be written.
pub fn image(report: &Report, subject: &Subject, out: &mut dyn Write) -> io::Result<()> {
    let name = name(subject);
    for result in &subject.results {
        for finding in &result.findings {
            writeln!(out, "{}\n", diagnostic(report, finding))?;
        }
        if subject.read.is_none() {
            writeln!(out, "{name}: cannot be judged: {}", printable(&result.words))?;
            continue;
        }
        for note in subject.notes.iter().chain(&subject.unjudged) {
            writeln!(out, "{name}: note: {}", printable(note))?;
        }
        let verdict = in_words(report, &result.findings, result.verdict);
        writeln!(out, "{name}: {verdict} ({})", what_was_read(subject))?;
    }
    Ok(())
}

/// A subject's name as the start of a line: one that begins with two colons would be a command to
/// GitHub's runners.
pub(super) fn name(subject: &Subject) -> String {
    let name = printable(&subject.name);
    if name.trim_start().starts_with("::") { format!("./{name}") } else { name }
}

/// What findings come to.
pub(super) fn in_words(report: &Report, findings: &[Finding], verdict: Verdict) -> String {
    let specification = specifications(report);
    let count = |level: Level| {
        let of_level = findings.iter().filter(|finding| finding.level == level);
        of_level.map(|finding| 1 + finding.more).sum::<usize>()
    };
    let counts = Level::ALL
        .map(|level| (count(level), level))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} {}", level.as_str()))
        .collect::<Vec<_>>()
        .join(", ");
    match verdict {
        Verdict::Pass => format!("conforms to {specification}"),
        Verdict::Warn => format!("conforms to {specification}, with warnings: {counts}"),
        Verdict::Fail if count(Level::Must) + count(Level::Implied) > 0 => {
            format!("does not conform to {specification}: {counts}")
        }
        Verdict::Fail => format!("conforms to {specification}, but not strictly: {counts}"),
        _ => format!("could not be judged in full by {specification}"),
    }
}

fn what_was_read(subject: &Subject) -> String {
    let read = subject.read.unwrap_or_default();
    let plural =
        |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let mut parts = vec![plural(read.documents, "document")];
    let further = [
        (read.blobs, "blob", ""),
        (read.missing, "blob", " not stored"),
        (read.unverified, "digest", " of unknown algorithm, not verified"),
    ];
    parts.extend(
        further.iter().filter(|(n, ..)| *n > 0).map(|(n, one, more)| format!("{}{more}", plural(*n, one))),
    );
    parts.join(", ")
}

/// One finding with the text it is about.
fn diagnostic(report: &Report, finding: &Finding) -> String {
    let id = printable(&finding.requirement);
    let (severity, colour) = if finding.level.is_error() {
        (Severity::ERROR, AnsiColor::BrightRed)
    } else {
        (Severity::WARNING, AnsiColor::Yellow)
    };
    let bold = Style::new().bold();
    let level = colour.on_default().bold();
    let arrow = AnsiColor::BrightBlue.on_default().bold();
    let at = printable(&finding.file);
    let gutter = finding.line.map_or(1, |line| line.to_string().len());
    let known = report.requirements.get(&finding.requirement).cloned();
    let known = known.or_else(|| of_check::requirement(&finding.requirement, report.image_spec()));
    let (says, section) = known.map_or((String::new(), String::new()), |known| (known.says, known.section));
    let mut text = format!(
        "{level}{}{level:#} {bold}{id}{bold:#}: {}\n{:gutter$}{arrow}-->{arrow:#} {at}",
        finding.level.as_str(),
        printable(&says),
        "",
    );
    if let (Some(path), Some(index)) = (&finding.entry, finding.entry_index) {
        text += &format!(": {} (entry {index})", printable(path));
    }
    if let Some(offset) = finding.archive_offset {
        text += &format!(", byte {offset} of the archive");
    }
    let (found, wanted) = (printable(&finding.found), printable(&finding.wanted));
    let mut group = Group::with_level(severity);
    if let (Some(line), Some(column)) = (finding.line, finding.column) {
        text += &format!(":{line}:{column}");
    }
    if let Some(pointer) = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
        text += &format!(" ({})", printable(pointer));
    }
    if let Some(excerpt) = &finding.excerpt {
        let left = printable(&excerpt.before);
        let marked = printable(&excerpt.marked);
        let right = printable(&excerpt.after);
        let span = left.len()..left.len() + marked.len();
        let snippet = Snippet::source(format!("{left}{marked}{right}"))
            .line_start(finding.line.unwrap_or(1))
            .annotation(AnnotationKind::Primary.span(span).label(format!("found {found}")));
        group = group.element(snippet);
    } else {
        group = group.element(Severity::NOTE.with_name("found").message(found));
    }
    let see = format!("{}, {}; seaworthy explain {id}", specifications(report), printable(&section));
    if finding.more > 0 {
        let more = format!("{} more like this are not shown", finding.more);
        group = group.element(Severity::NOTE.no_name().message(more));
    }
    let group = group
        .element(Severity::NOTE.with_name("wanted").message(wanted))
        .element(Severity::NOTE.with_name("see").message(see));
    text.push('\n');
    text + &Renderer::styled().render(&[group])
}

/// The counts in a line of words, without those that are nought.
pub(super) fn counts_in_words(counts: &Counts) -> String {
    let verdicts = Verdict::ALL.map(|verdict| (counts.count(verdict), verdict.as_str()));
    let others = [(counts.known, "known"), (counts.unavailable, "unavailable")];
    let parts = verdicts.iter().chain(&others).filter(|(count, _)| *count > 0);
    parts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn long_versions_are_cut() {
        assert_eq!(brief("v0.11.7"), "v0.11.7");
        assert_eq!(brief("123456789 123456789 1234"), "123456789 123456789 1234");
        assert_eq!(brief("3.6.2 - libarchive 3.6.2 zlib/1.2.13"), "3.6.2 - libarchive 3.6.…");
    }
}
