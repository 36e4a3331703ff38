//! `seaworthy registry --sequences`: random sequences of several clients, held against a model.

use std::io::{self, Write};
use std::sync::Arc;

use seaworthy_registry::sequences::{self, Consistency, Plan, Report};

use super::{Request, client};
use crate::commands::check::Conclusion;
use crate::printable::{printable, printable_lines};

/// Runs sequences against a registry, and writes what came of it.
///
/// # Errors
///
/// The client cannot be set up, the registry takes no pushes, or the output cannot be written.
pub fn sequences(
    request: &Request,
    count: u32,
    consistency: Consistency,
    out: &mut dyn Write,
) -> anyhow::Result<Conclusion> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let client = Arc::new(client(request, request.target.clone()).await?);
        let prefix = format!("{}seaworthy/", request.prefix);
        let plan = Plan { consistency, prefix, ..Plan::new(request.seed, count) };
        anyhow::Ok(sequences::run(client, &plan).await?)
    })?;
    write(&report, request.seed, out)?;
    Ok(match report.failure {
        None => Conclusion::Conforms,
        Some(_) => Conclusion::Findings,
    })
}

fn write(report: &Report, seed: u64, out: &mut dyn Write) -> io::Result<()> {
    if let Some(failure) = &report.failure {
        writeln!(out, "The shortest sequence that goes wrong:\n\n{}", printable_lines(&failure.script()))?;
    }
    for note in &report.notes {
        writeln!(out, "A sequence ended early: {}", printable(note))?;
    }
    if report.failure.is_none() {
        let seconds = report.waited.as_secs_f64();
        let soon = if seconds == 0.0 { "at once".to_owned() } else { format!("after up to {seconds:.1} s") };
        writeln!(out, "What the registry was told it knew {soon}.")?;
    }
    writeln!(
        out,
        "{} sequences, seed {seed}: {} requests in {:.1} s; {}",
        report.sequences,
        report.requests,
        report.time.as_secs_f64(),
        if report.failure.is_some() { "the last went wrong" } else { "none went wrong" }
    )
}
