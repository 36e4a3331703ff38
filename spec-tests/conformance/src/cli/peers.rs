//! `seaworthy peers`.

use std::sync::Arc;

use super::patient::Patient;
use crate::commands::check::Conclusion;
use crate::commands::peers;
use crate::process::Confiner;

/// Say which registries of others are installed here, and how to get the rest.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  seaworthy registry --peer distribution       start one of them, check it, and stop it")]
pub struct Args {}

/// Runs the command.
pub(super) fn run(_: &Args) -> anyhow::Result<Conclusion> {
    let peers = crate::peers::all(&Arc::new(Confiner::new()))?;
    peers::list(&peers, &mut Patient::new(anstream::stdout()))?;
    Ok(Conclusion::Conforms)
}
