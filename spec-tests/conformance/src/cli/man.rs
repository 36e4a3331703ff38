//! `seaworthy man`.

use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;

use super::Cli;
use crate::commands::check::Conclusion;

/// Write a manual page for each command.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  seaworthy man ~/.local/share/man/man1 && man seaworthy-check")]
pub struct Args {
    /// The folder to write to
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let shown = || args.folder.display().to_string();
    std::fs::create_dir_all(&args.folder).with_context(shown)?;
    clap_mangen::generate_to(Cli::command(), &args.folder).with_context(shown)?;
    Ok(Conclusion::Conforms)
}
