//! `seaworthy doctor`.

use std::path::PathBuf;
use std::sync::Arc;

use super::patient::Patient;
use crate::commands::check::Conclusion;
use crate::commands::doctor;
use crate::process::Confiner;
use crate::subjects;

/// Say what is installed here, in which version, and how to get the rest.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy doctor
  seaworthy doctor --program mine.toml         with a program of your own")]
pub struct Args {
    /// A program to look for besides, described in this file; may be repeated
    #[arg(long = "program", value_name = "FILE")]
    programs: Vec<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let confiner = Arc::new(Confiner::new());
    let subjects = subjects::all(&confiner, &args.programs)?;
    let can_test = doctor::examine(&subjects, &confiner, &mut Patient::new(anstream::stdout()))?;
    Ok(if can_test { Conclusion::Conforms } else { Conclusion::Unjudged })
}
