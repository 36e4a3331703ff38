//! The report on a registry for people: each cause with what it leads to, and a table by category.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::human::{aligned, name, specifications};
use super::model::{Exchange, Finding, Report, Subject, TestResult};
use super::shown::script_line;
use crate::printable::printable;
use crate::verdict::Verdict;

/// What a requirement can come to, in the order of the table's columns.
const OUTCOMES: [&str; 8] = ["pass", "fail", "warn", "recorded", "blocked", "skip", "inconclusive", "error"];

/// What a registry can do with content, in the order of the table's columns.
const TREATMENTS: [&str; 5] = ["accepted", "refused", "fail", "skip", "inconclusive"];

/// Writes a whole report; with `all` every requirement, and not only what is broken.
pub(super) fn write(report: &Report, all: bool, out: &mut dyn Write) -> io::Result<()> {
    for subject in &report.subjects {
        causes(report, subject, all, out)?;
        table(subject, out)?;
        for note in subject.unjudged.iter().chain(&subject.notes) {
            writeln!(out, "{}: {}", name(subject), printable(note))?;
        }
        foot(report, subject, out)?;
    }
    Ok(())
}

/// The requirements that each keeps from being checked, directly or not.
fn consequences(subject: &Subject) -> BTreeMap<&str, Vec<&TestResult>> {
    let by_case: BTreeMap<&str, &TestResult> =
        subject.results.iter().map(|result| (result.case.as_str(), result)).collect();
    let mut consequences: BTreeMap<&str, Vec<&TestResult>> = BTreeMap::new();
    for result in &subject.results {
        let Some(mut root) = result.blocked_by.as_deref() else { continue };
        for _ in 0..subject.results.len() {
            match by_case.get(root).and_then(|cause| cause.blocked_by.as_deref()) {
                Some(next) => root = next,
                None => break,
            }
        }
        consequences.entry(root).or_default().push(result);
    }
    consequences
}

fn causes(report: &Report, subject: &Subject, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut consequences = consequences(subject);
    for result in &subject.results {
        let blocked = consequences.remove(result.case.as_str());
        let is_told = (result.is_wrong() || result.verdict == Verdict::Warn) && result.known.is_none();
        if is_told || blocked.is_some() {
            line(result, out)?;
            explain(report, result, out)?;
            if let Some(blocked) = blocked {
                writeln!(out, "  keeps from being checked: {}", ids(&blocked))?;
            }
            writeln!(out)?;
        } else if all || result.known.is_some() || result.requirement.is_none() {
            line(result, out)?;
        }
    }
    for (cause, blocked) in consequences {
        writeln!(
            out,
            "{} (not part of this run) keeps from being checked: {}\n",
            printable(cause),
            ids(&blocked)
        )?;
    }
    Ok(())
}

fn ids(results: &[&TestResult]) -> String {
    printable(&results.iter().map(|result| result.case.as_str()).collect::<Vec<_>>().join(", "))
}

/// One requirement in one line; what was found stands below it, if it is explained.
fn line(result: &TestResult, out: &mut dyn Write) -> io::Result<()> {
    let words = match (&result.known, result.words.as_str()) {
        (Some(reason), _) => format!("; known: {}", printable(reason)),
        (None, "") => String::new(),
        (None, _) if !result.findings.is_empty() && result.verdict != Verdict::Recorded => String::new(),
        (None, words) => format!(": {}", printable(words)),
    };
    writeln!(out, "{:<12}  {}{words}", printable(&result.outcome), printable(&result.case))
}

fn explain(report: &Report, result: &TestResult, out: &mut dyn Write) -> io::Result<()> {
    let requirement = result.requirement.as_ref().and_then(|id| report.requirements.get(id));
    if let Some(requirement) = requirement {
        let level = requirement.level.map_or("silent", |level| level.as_str());
        let (says, section) = (printable(&requirement.says), printable(&requirement.section));
        writeln!(out, "  {says} ({level}, {section})")?;
    }
    for line in &result.script {
        writeln!(out, "  {}", script_line(line))?;
    }
    for Finding { found, wanted, more, exchange, .. } in &result.findings {
        writeln!(out, "  found {}, wanted {}", printable(found), printable(wanted))?;
        if let Some(exchange) = exchange {
            show(exchange, out)?;
        }
        if *more > 0 {
            writeln!(out, "  and {more} more answers like this")?;
        }
    }
    Ok(())
}

fn show(exchange: &Exchange, out: &mut dyn Write) -> io::Result<()> {
    /// How much of a body is shown, in characters.
    const SHOWN: usize = 400;
    writeln!(out, "    {} {}", printable(&exchange.method), printable(&exchange.url))?;
    for (name, value) in &exchange.headers {
        writeln!(out, "    {}: {}", printable(name), printable(value))?;
    }
    match (exchange.status, &exchange.failure) {
        (Some(status), _) => writeln!(out, "    -> {status}")?,
        (None, failure) => {
            writeln!(out, "    -> no answer: {}", printable(failure.as_deref().unwrap_or_default()))?;
        }
    }
    for (name, value) in &exchange.answer {
        writeln!(out, "    {}: {}", printable(name), printable(value))?;
    }
    let start: String = exchange.body.trim_end().chars().take(SHOWN).collect();
    match (exchange.body_size, start.len() < exchange.body.trim_end().len()) {
        (0, _) => {}
        (size, _) if start.is_empty() => writeln!(out, "    ({size} bytes)")?,
        (size, true) => writeln!(out, "    {}… ({size} bytes)", printable(&start))?,
        (_, false) => writeln!(out, "    {}", printable(&start))?,
    }
    writeln!(out, "    $ {}", printable(&exchange.curl))
}

/// A line for each category.
fn table(subject: &Subject, out: &mut dyn Write) -> io::Result<()> {
    let category = |result: &TestResult| result.case.split('/').next().unwrap_or_default().to_owned();
    let mut categories: Vec<String> = Vec::new();
    for result in &subject.results {
        let category = category(result);
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    let is_of_content = subject.results.iter().any(|result| !OUTCOMES.contains(&result.outcome.as_str()));
    let columns = if is_of_content { &TREATMENTS[..] } else { &OUTCOMES };
    let column = |result: &TestResult| match result.verdict {
        Verdict::Fail if is_of_content => "fail".to_owned(),
        _ => result.outcome.clone(),
    };
    let mut rows = vec![vec!["category".to_owned()]];
    rows[0].extend(columns.iter().map(|&name| name.to_owned()));
    for wanted in categories {
        let of_category = || subject.results.iter().filter(|result| category(result) == wanted);
        let count = |outcome: &str| match of_category().filter(|result| column(result) == outcome).count() {
            0 => "-".to_owned(),
            count => count.to_string(),
        };
        let mut row = vec![printable(&wanted)];
        row.extend(columns.iter().map(|&outcome| count(outcome)));
        rows.push(row);
    }
    aligned(&rows, 1, out)
}

fn foot(report: &Report, subject: &Subject, out: &mut dyn Write) -> io::Result<()> {
    let version = subject.version.as_deref().map(|version| format!(" {}", printable(version)));
    let seed = report.seed.map(|seed| format!(", seed {seed}")).unwrap_or_default();
    let shard = report.shard.map(|shard| format!(" (part {} of {})", shard.index, shard.of));
    let known = match report.counts.known {
        0 => String::new(),
        known => format!("; {known} of the failures are known"),
    };
    let requests = match (subject.requests, report.seconds) {
        (Some(requests), Some(seconds)) => {
            let per_second = requests as f64 / seconds.max(0.001);
            format!(": {requests} requests in {seconds:.1} s ({per_second:.0} a second)")
        }
        (Some(requests), None) => format!(": {requests} requests"),
        (None, _) => String::new(),
    };
    writeln!(
        out,
        "\n{}{}, by {}{seed}{}{requests}{known}",
        name(subject),
        version.unwrap_or_default(),
        specifications(report),
        shard.unwrap_or_default()
    )
}
