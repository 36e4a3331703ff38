//! `seaworthy explain`.

use std::io::Write;

use seaworthy_generators::battery;

use super::Usage;
use crate::commands::check::Conclusion;
use crate::commands::{list, registry, threats};

/// Explain a requirement, or a family of the safety battery: what it says, why, where it stands, and what keeps or
/// breaks it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  seaworthy explain descriptor/digest-syntax\n  seaworthy explain safety/ext-05"
)]
pub struct Args {
    /// The requirement's id, or that of one of its cases
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let mut out = anstream::stdout().lock();
    for (at, id) in args.ids.iter().enumerate() {
        if at > 0 {
            writeln!(out, "\n")?;
        }
        // Of the id of a case, what comes before its own name.
        let name = id.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
        if let Some(requirement) = seaworthy_rules::find(&name) {
            list::explain(requirement, &mut out)?;
        } else if let Some(requirement) = seaworthy_registry::find(&name) {
            registry::explain_requirement(requirement, &mut out)?;
        } else if let Some(family) = battery::find(&name) {
            threats::explain(family, &mut out)?;
        } else {
            let reason = format!("there is no requirement {id:?}; `seaworthy list` shows them all");
            return Err(Usage(reason).into());
        }
    }
    Ok(Conclusion::Conforms)
}
