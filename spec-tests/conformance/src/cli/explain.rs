//! `seaworthy explain`.

use std::io::Write;

use super::Usage;
use crate::commands::check::Conclusion;
use crate::commands::{list, registry};

/// Explain a requirement: what it says, why, where it stands, and what keeps or breaks it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  seaworthy explain descriptor/digest-syntax")]
pub struct Args {
    /// The requirement's id, or that of one of its cases
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let mut out = anstream::stdout().lock();
    for (at, id) in args.ids.iter().enumerate() {
        let name: Vec<&str> = id.splitn(3, '/').take(2).collect();
        let id_of_requirement = name.join("/");
        if let Some(requirement) = seaworthy_registry::find(&id_of_requirement) {
            if at > 0 {
                writeln!(out, "\n")?;
            }
            registry::explain_requirement(requirement, &mut out)?;
            continue;
        }
        let Some(requirement) = seaworthy_rules::find(&id_of_requirement) else {
            return Err(
                Usage(format!("there is no requirement {id:?}; `seaworthy list` shows them all")).into()
            );
        };
        if at > 0 {
            writeln!(out, "\n")?;
        }
        list::explain(requirement, &mut out)?;
    }
    Ok(Conclusion::Conforms)
}
