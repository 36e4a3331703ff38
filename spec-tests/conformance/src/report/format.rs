//! The formats that a report can be written in.

use std::io::{self, Write};

use clap::ValueEnum;

use super::{Report, badge, github, html, human, json, jsonl, junit, markdown, oci_results, sarif, tap};

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, in a terminal
    Human,
    /// The whole report as one JSON document (schemas/report.schema.json)
    Json,
    /// A JSON object on each line, written while the run goes on
    Jsonl,
    /// `JUnit` XML: what CI systems read
    Junit,
    /// SARIF 2.1.0: what code scanning reads
    Sarif,
    /// The Test Anything Protocol, version 13
    Tap,
    /// For a step summary or a comment
    Markdown,
    /// Workflow commands that annotate a pull request on GitHub
    Github,
    /// A badge for a shields.io endpoint
    Badge,
    /// One page on its own
    Html,
    /// Of a registry: a results.yaml in the shape of the official suite
    OciResults,
}

impl Format {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
            Format::Tap => "tap",
            Format::Markdown => "markdown",
            Format::Github => "github",
            Format::Badge => "badge",
            Format::Html => "html",
            Format::OciResults => "oci-results",
        }
    }
}

/// Writes a whole report.
///
/// # Errors
///
/// The output cannot be written.
pub fn write(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, false, out),
        Format::Json => json::write(report, out),
        Format::Jsonl => jsonl::write(report, out),
        Format::Junit => junit::write(&super::printable(report), out),
        Format::Sarif => sarif::write(report, out),
        Format::Tap => tap::write(&super::printable(report), out),
        Format::Markdown => markdown::write(&super::printable(report), out),
        Format::Github => github::write(&super::printable(report), out),
        Format::Badge => badge::write(report, out),
        Format::Html => html::write(&super::printable(report), out),
        Format::OciResults => oci_results::write(report, out),
    }
}
