//! `seaworthy registry`.

use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use clap::ValueEnum;
use seaworthy_registry::client::Credentials;
use seaworthy_registry::{Category, SpecVersion, UnknownVersion, all};

use super::Usage;
use super::patient::Patient;
use crate::commands::check::Conclusion;
use crate::commands::registry;

/// Check a live registry, or without one the reference registry.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy registry                           the reference registry, on its own
  seaworthy registry http://127.0.0.1:5000     every requirement
  seaworthy registry registry.example/team     by TLS, in repositories below team/
  seaworthy registry URL --only push/upload-open   one requirement
  seaworthy registry URL --seed 7              another run's repositories and content

It pushes to repositories of its own, named after the seed, and leaves there what it pushed. The
environment variables of the official suite are understood where no option says otherwise: OCI_REGISTRY, OCI_TLS, OCI_REPO1,
OCI_VERSION, OCI_USERNAME and OCI_PASSWORD.")]
pub struct Args {
    /// The registry: a URL, or HOST[:PORT][/PREFIX] of the repositories to use
    #[arg(value_name = "REGISTRY")]
    registry: Option<String>,
    /// The version of distribution-spec to judge by [default: 1.1.1]
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    spec: Option<SpecVersion>,
    /// Only requirements whose id begins so; may be repeated
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// No requirements whose id begins so; may be repeated
    #[arg(long, value_name = "ID")]
    except: Vec<String>,
    /// Only requirements of this category; may be repeated
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<CategoryArg>,
    /// Names repositories and makes content; the same seed makes the same requests [default: the time]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// How long one request may take, in seconds
    #[arg(long, default_value = "30", value_name = "SECONDS")]
    timeout: u64,
    /// How many requirements are checked at the same time
    #[arg(long, short, default_value = "8", value_name = "COUNT")]
    jobs: NonZeroUsize,
    /// The user to log in as, instead of the one that docker or podman logged in
    #[arg(long, value_name = "NAME", requires = "password_stdin")]
    username: Option<String>,
    /// Read the password from standard input
    #[arg(long, requires = "username")]
    password_stdin: bool,
    /// Trust the certificates in this file, too
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// Trust any certificate
    #[arg(long)]
    insecure: bool,
    /// How to write the report
    #[arg(long, default_value = "human")]
    format: registry::Format,
    /// Show every requirement, and not only what is broken
    #[arg(long, short)]
    verbose: bool,
    /// Let warnings count: exit with 1 for a SHOULD, too
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CategoryArg {
    Common,
    Pull,
    Push,
    Discovery,
    Management,
}

pub(super) fn parse_version(text: &str) -> Result<SpecVersion, String> {
    text.parse().map_err(|error: UnknownVersion| error.to_string())
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let unknown =
        args.only.iter().find(|only| !all().iter().any(|found| found.id.starts_with(only.as_str())));
    if let Some(only) = unknown {
        return Err(Usage(format!("no requirement begins with {only:?}")).into());
    }
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (target, prefix) = match (&args.registry, variable("OCI_REGISTRY")) {
        (Some(registry), _) => target(registry, "https")?,
        (None, Some(host)) => {
            let scheme = if variable("OCI_TLS").as_deref() == Some("disabled") { "http" } else { "https" };
            let (url, _) = target(&host, scheme)?;
            (url, variable("OCI_REPO1").map(|name| format!("{name}/")).unwrap_or_default())
        }
        (None, None) => (None, String::new()),
    };
    let version = match (args.spec, variable("OCI_VERSION").as_deref()) {
        (Some(version), _) => version,
        (None, Some("1.0")) => SpecVersion::V1_0_1,
        (None, Some("dev")) => SpecVersion::Dev,
        (None, _) => SpecVersion::default(),
    };
    let request = registry::Request {
        credentials: credentials(args, target.as_ref(), variable)?,
        target,
        prefix,
        version,
        only: args.only.clone(),
        except: args.except.clone(),
        categories: args.category.iter().map(|category| category.into_category()).collect(),
        seed: args.seed.unwrap_or_else(now),
        deadline: Duration::from_secs(args.timeout.max(1)),
        jobs: args.jobs.get(),
        authorities: match &args.tls_ca {
            None => Vec::new(),
            Some(path) => std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
        },
        insecure: args.insecure || variable("OCI_TLS").as_deref() == Some("insecure"),
        format: args.format,
        verbose: args.verbose,
        strict: args.strict,
    };
    let mut out = Patient::new(anstream::stdout().lock());
    let conclusion = registry::registry(&request, &mut out)?;
    out.flush()?;
    Ok(conclusion)
}

impl CategoryArg {
    fn into_category(self) -> Category {
        match self {
            CategoryArg::Common => Category::Common,
            CategoryArg::Pull => Category::Pull,
            CategoryArg::Push => Category::Push,
            CategoryArg::Discovery => Category::Discovery,
            CategoryArg::Management => Category::Management,
        }
    }
}

/// A registry's URL, and the prefix of repositories that follows it.
fn target(text: &str, scheme: &str) -> anyhow::Result<(Option<reqwest::Url>, String)> {
    let full = if text.contains("://") { text.to_owned() } else { format!("{scheme}://{text}") };
    let wrong = |error: &str| Usage(format!("{text:?} is no registry: {error}"));
    let mut url = reqwest::Url::parse(&full).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("not a URL of http or https").into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("log in with --username and --password-stdin").into());
    }
    let prefix = url.path().trim_matches('/').trim_start_matches("v2").trim_matches('/').to_owned();
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    Ok((Some(url), if prefix.is_empty() { prefix } else { format!("{prefix}/") }))
}

/// Who logs in: whoever is named, or whoever docker or podman logged in.
fn credentials(
    args: &Args,
    target: Option<&reqwest::Url>,
    variable: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<Option<Credentials>> {
    if let Some(username) = args.username.clone() {
        let mut password = String::new();
        io::stdin().read_to_string(&mut password).context("cannot read the password")?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        return Ok(Some(Credentials { username, password }));
    }
    if let (Some(username), Some(password)) = (variable("OCI_USERNAME"), variable("OCI_PASSWORD")) {
        return Ok(Some(Credentials { username, password }));
    }
    let Some(host) = target.and_then(reqwest::Url::host_str) else { return Ok(None) };
    let port = target.and_then(reqwest::Url::port).map(|port| format!(":{port}")).unwrap_or_default();
    Ok(registry::stored_login(&format!("{host}{port}")))
}

/// A seed that no run before had.
fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(0))
}
