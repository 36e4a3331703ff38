//! The command line: a file for the arguments of each command.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::check::Conclusion;
use crate::interrupt;
use crate::printable::{printable, printable_lines};
use crate::subjects::program::DefinitionError;

mod check;
mod completions;
mod config;
mod convert;
mod diff;
mod doctor;
mod explain;
mod generate;
mod id;
mod list;
mod man;
mod patient;
mod peers;
mod reach;
mod readers;
mod registry;
mod report;
mod serve;
mod test;
mod unpack;
mod values;

/// Conformance test suite for OCI images, and for the programs that handle them.
///
/// Exit status: 0 everything conforms, 1 there are findings, 2 wrong usage, 3 something could not
/// be judged.
#[derive(Debug, Parser)]
#[command(name = "seaworthy", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Test(test::Args),
    List(list::Args),
    Explain(explain::Args),
    Unpack(unpack::Args),
    Convert(convert::Args),
    Id(id::Args),
    Diff(diff::Args),
    Readers(readers::Args),
    Registry(Box<registry::Args>),
    Peers(peers::Args),
    Serve(serve::Args),
    Report(report::Args),
    Generate(generate::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let arguments = match config::expand(std::env::args_os().collect(), &Cli::command()) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&error.into()),
    };
    let command = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli.command,
        Err(error) => return usage(&error),
    };
    // Testing a registry ends in good order, with a report of what was seen until then.
    if !matches!(command, Command::Registry(_))
        && let Err(error) = interrupt::watch()
    {
        return failed(&error.into());
    }
    let result = match command {
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::List(args) => list::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Unpack(args) => unpack::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Id(args) => id::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Readers(args) => readers::run(&args),
        Command::Registry(args) => registry::run(&args),
        Command::Peers(args) => peers::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    match result {
        Ok(conclusion) => ExitCode::from(conclusion.exit_status()),
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// The JSON Schema of the file that `--config` names.
pub fn config_schema() -> serde_json::Value {
    config::schema(&Cli::command())
}

/// Says why a command could not do what it was asked.
fn failed(error: &anyhow::Error) -> ExitCode {
    complain(&format!("seaworthy: {}", printable(&told(error))));
    ExitCode::from(if is_usage(error) { 2 } else { Conclusion::Unjudged.exit_status() })
}

/// An error and what caused it, each once: many an error tells its cause in its own words.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for part in error.chain().map(ToString::to_string) {
        if !text.contains(&part) {
            text += if text.is_empty() { "" } else { ": " };
            text += &part;
        }
    }
    text
}

/// Shows help, the version, or what is wrong with the arguments: these are the user's own, but a
/// shell's `*` puts the names of files among them.
fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let safe = printable_lines(&text);
    if safe == text {
        // With colours on a terminal.
        let _ = error.print();
    } else {
        complain(safe.trim_end());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Writes to standard error, if that can be written to.
fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says of an image that a document of it was taken as it is, if one was.
fn complain_unverified(image: &OsStr, digest: Option<&str>) {
    if let Some(digest) = digest {
        let image = printable(&image.to_string_lossy());
        let digest = printable(digest);
        complain(&format!("{image}: note: {digest} could not be verified: its algorithm is not known"));
    }
}

/// Says what a person should know of an image that was named.
fn complain_notes(image: &OsStr, notes: &[String]) {
    let image = printable(&image.to_string_lossy());
    notes.iter().for_each(|note| complain(&format!("{image}: note: {}", printable(note))));
}

/// A mistake on the command line that clap cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Usage>() || error.is::<DefinitionError>()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
