//! `seaworthy serve`.

use std::fs;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use seaworthy_registry::client::Credentials;
use seaworthy_registry::server::access::{Access, Action, Right, Scheme};
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
  seaworthy serve --list-faults                every way to misbehave
  seaworthy serve --auth bearer --username me --password-file secret --anonymous-pull
                                               with tokens for those who push")]
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
    /// Let nobody in who does not log in, like this
    #[arg(long, value_name = "SCHEME", requires = "username")]
    auth: Option<Auth>,
    /// The user who may do everything
    #[arg(long, value_name = "NAME", requires = "auth", requires = "password")]
    username: Option<String>,
    /// Read the password from standard input
    #[arg(long, group = "password", requires = "username")]
    password_stdin: bool,
    /// Read the password from this file
    #[arg(long, value_name = "FILE", group = "password", requires = "username")]
    password_file: Option<PathBuf>,
    /// Let everybody pull
    #[arg(long, requires = "auth")]
    anonymous_pull: bool,
    /// How long a token lasts, in seconds
    #[arg(long, default_value = "300", value_name = "SECONDS")]
    token_lifetime: u32,
}

/// How one logs in.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Auth {
    /// With a name and a password
    Basic,
    /// With a token, which a name and a password get at /token
    Bearer,
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
        access: access(args)?,
        deletes: !args.no_delete,
        referrers: !args.no_referrers,
    })?;
    Ok(Conclusion::Conforms)
}

/// Who may do what.
fn access(args: &Args) -> anyhow::Result<Option<Access>> {
    let (Some(auth), Some(username)) = (args.auth, args.username.clone()) else { return Ok(None) };
    let mut password = String::new();
    match &args.password_file {
        Some(file) => {
            password = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        }
        None => drop(io::stdin().read_to_string(&mut password).context("cannot read the password")?),
    }
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() || username.contains(':') {
        return Err(Usage("a password has at least one character, and a name no colon".to_owned()).into());
    }
    let scheme = match auth {
        Auth::Basic => Scheme::Basic,
        Auth::Bearer => Scheme::Bearer,
    };
    let mut access = Access::new(scheme, [Credentials { username, password }]);
    access.token_lifetime = Duration::from_secs(args.token_lifetime.into());
    if args.anonymous_pull {
        access.anonymous.push(Right::to("*", &[Action::Pull]));
    }
    Ok(Some(access))
}

fn find(name: &str) -> Result<Fault, Usage> {
    let found = faults().find(|(_, fault)| fault.0 == name).map(|(_, fault)| fault);
    found.ok_or_else(|| Usage(format!("there is no fault {name:?}; --list-faults shows them all")))
}
