//! `seaworthy serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use seaworthy_registry::{Fault, SpecVersion, faults};

use super::Usage;
use super::registry::parse_version;
use crate::commands::check::Conclusion;
use crate::commands::serve;

/// Run the reference registry: correct, or wrong in the ways that are named.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy serve                              in memory, on 127.0.0.1:5000
  seaworthy serve --dir ./registry             kept in a directory
  seaworthy serve --fault pull/blob/changed-byte   misbehaving in one way
  seaworthy serve --list-faults                every way to misbehave")]
pub struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:5000", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Keep the content in this directory instead of in memory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The version of distribution-spec to follow
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// Misbehave in this way; may be repeated
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<String>,
    /// List the ways to misbehave, and end
    #[arg(long)]
    list_faults: bool,
    /// Refuse to delete anything
    #[arg(long)]
    no_delete: bool,
    /// Do not list referrers
    #[arg(long)]
    no_referrers: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    if args.list_faults {
        serve::list_faults(&mut anstream::stdout().lock())?;
        return Ok(Conclusion::Conforms);
    }
    let faults = args.faults.iter().map(|name| find(name)).collect::<Result<Vec<Fault>, Usage>>()?;
    serve::serve(&serve::Request {
        listen: args.listen,
        folder: args.dir.clone(),
        version: args.spec,
        faults,
        deletes: !args.no_delete,
        referrers: !args.no_referrers,
    })?;
    Ok(Conclusion::Conforms)
}

fn find(name: &str) -> Result<Fault, Usage> {
    let found = faults().find(|(_, fault)| fault.0 == name).map(|(_, fault)| fault);
    found.ok_or_else(|| Usage(format!("there is no fault {name:?}; --list-faults shows them all")))
}
