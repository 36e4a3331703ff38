//! `seaworthy completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use super::patient::Patient;
use crate::commands::check::Conclusion;

/// Print a script by which a shell completes commands and options.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy completions bash > ~/.local/share/bash-completion/completions/seaworthy
  seaworthy completions zsh > \"${fpath[1]}/_seaworthy\"
  seaworthy completions fish > ~/.config/fish/completions/seaworthy.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "seaworthy",
        &mut Patient::new(std::io::stdout()),
    );
    Ok(Conclusion::Conforms)
}
