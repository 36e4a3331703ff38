//! `seaworthy registry`.

mod official;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use clap::ValueEnum;
use seaworthy_registry::client::Credentials;
use seaworthy_registry::read_only::Given;
use seaworthy_registry::sequences::Consistency;
use seaworthy_registry::{Category, SpecVersion, UnknownVersion, all};

use self::official::Official;
use super::Usage;
use super::reach::{Reach, target};
use super::values::{outputs, parse_shard};
use crate::commands::check::Conclusion;
use crate::commands::registry::{self, Question};
use crate::peers::{self, Peer};
use crate::process::Confiner;
use crate::report::{Format, Shard, Target};

/// Check a live registry, or without one the reference registry.
#[derive(Debug, clap::Args)]
#[command(
    args_override_self = true,
    after_help = "\
Examples:
  seaworthy registry                           the reference registry, on its own
  seaworthy registry http://127.0.0.1:5000     every requirement
  seaworthy registry registry.example/team     by TLS, in repositories below team/
  seaworthy registry URL --only push/upload-open   one requirement
  seaworthy registry URL --seed 7              another run's repositories and content
  seaworthy registry URL/team/app --read-only  pulls what is in the repository team/app, and pushes nothing
  seaworthy registry URL --content             how it treats images, valid and malformed
  seaworthy registry --peer docker-registry    a registry that is installed here, started for the run
  seaworthy registry URL --report junit=results.xml --report html=results.html

It pushes to repositories of its own, named after the seed, and leaves there what it pushed, unless
--cleanup is given. The environment variables of the official conformance suite (OCI_REGISTRY, OCI_REPO1 and so on, and those
of its older form, OCI_ROOT_URL, OCI_NAMESPACE and so on) are understood where no option says otherwise."
)]
pub struct Args {
    /// The registry: a URL, or HOST[:PORT][/PREFIX] of the repositories to use
    #[arg(value_name = "REGISTRY")]
    registry: Option<String>,
    /// Start this registry, which has to be installed, and check it; `seaworthy peers` lists them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["registry", "read_only"])]
    peer: Option<String>,
    /// Push and delete nothing: check what is in the repository that follows the host
    #[arg(long)]
    read_only: bool,
    /// With --read-only: a tag that is there; may be repeated [default: some that are listed]
    #[arg(long = "tag", value_name = "TAG", requires = "read_only")]
    tags: Vec<String>,
    /// With --read-only: the digest of a manifest that is there; may be repeated
    #[arg(long = "manifest", value_name = "DIGEST", requires = "read_only")]
    manifests: Vec<String>,
    /// With --read-only: the digest of a blob that is there; may be repeated
    #[arg(long = "blob", value_name = "DIGEST", requires = "read_only")]
    blobs: Vec<String>,
    /// With --read-only: a digest that has referrers; may be repeated
    #[arg(long = "subject", value_name = "DIGEST", requires = "read_only")]
    subjects: Vec<String>,
    /// Profile instead how the registry treats content: push every case of the image suite, and pull it again
    #[arg(long, conflicts_with_all = ["read_only", "cleanup", "category", "snapshots", "divergences"])]
    content: bool,
    /// Delete in the end what was pushed, and say what could not be deleted
    #[arg(long, conflicts_with = "read_only")]
    cleanup: bool,
    /// Run this many random sequences of pushes, pulls and deletions instead, against a model
    #[arg(long, value_name = "COUNT", conflicts_with_all = [
        "only", "except", "category", "strict", "read_only", "content", "cleanup", "shard", "baseline", "snapshots",
        "divergences",
    ])]
    sequences: Option<u32>,
    /// With --sequences: give the registry so many seconds to know what it was told
    #[arg(long, value_name = "SECONDS", requires = "sequences")]
    eventual: Option<u32>,
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
    #[command(flatten)]
    reach: Reach,
    /// Take further options from the table [registry] of this file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to write the report to standard output
    #[arg(long, default_value = "human")]
    format: Format,
    /// Write a report to a file, too, or to standard output (-); may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<Target>,
    /// Check only a part of the requirements: the first of four is 1/4
    #[arg(long, value_name = "PART/PARTS", value_parser = parse_shard)]
    shard: Option<Shard>,
    /// Take the failures of this earlier JSON report as known: exit with 1 if there are others, or
    /// if one of them is gone
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a snapshot, with all requirements, into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "only")]
    snapshots: Option<PathBuf>,
    /// Compare failures with the known ones in this folder: exit with 1 if they differ
    #[arg(long, value_name = "DIR")]
    divergences: Option<PathBuf>,
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
    let is_known = |only: &String| match args.content {
        true => seaworthy_rules::case::cases().iter().any(|case| case.id.starts_with(only.as_str())),
        false => all().iter().any(|found| found.id.starts_with(only.as_str())),
    };
    let unknown = args.only.iter().find(|only| !is_known(only));
    if let Some(only) = unknown {
        return Err(Usage(format!("no requirement begins with {only:?}")).into());
    }
    let official = Official::from(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
    official.notes.iter().for_each(|note| eprintln!("seaworthy: {note}"));
    let peer = args.peer.as_deref().map(find_peer).transpose()?;
    let (target, prefix) = match (&args.registry, &official.registry) {
        _ if peer.is_some() => (None, String::new()),
        (Some(registry), _) => {
            let (url, prefix) = target(registry, "https")?;
            (Some(url), prefix)
        }
        (None, Some(host)) => {
            let (url, _) = target(host, if official.plain { "http" } else { "https" })?;
            (Some(url), official.repository.clone().map(|name| format!("{name}/")).unwrap_or_default())
        }
        (None, None) => (None, String::new()),
    };
    let given = (args.read_only || official.read_only && args.registry.is_none())
        .then(|| given(args, &official, &prefix))
        .transpose()?;
    if given.is_some() && target.is_none() {
        return Err(Usage("--read-only needs a registry with something in it".to_owned()).into());
    }
    let mut except = args.except.clone();
    except.extend(official.except.iter().map(|id| (*id).to_owned()));
    let time = args.eventual.map(|seconds| Duration::from_secs(seconds.into()));
    let consistency = time.map_or(Consistency::Immediate, Consistency::Eventual);
    let question = match args.sequences {
        Some(count) => Question::Sequences { count, consistency },
        None if args.content => Question::Content,
        None => Question::Requirements,
    };
    let request = registry::Request {
        credentials: credentials(args, &official, target.as_ref())?,
        target,
        prefix,
        version: args.spec.or(official.version).unwrap_or_default(),
        only: args.only.clone(),
        except,
        categories: args.category.iter().map(|category| category.into_category()).collect(),
        seed: args.seed.unwrap_or_else(now),
        deadline: args.reach.deadline(),
        jobs: args.reach.jobs(),
        authorities: args.reach.authorities()?,
        insecure: args.reach.insecure || official.insecure,
        given,
        cleanup: args.cleanup,
        question,
        shard: args.shard,
        strict: args.strict,
        baseline: args.baseline.clone(),
        snapshots: args.snapshots.clone(),
        divergences: args.divergences.clone(),
    };
    let mut reports = args.reports.clone();
    let mut formats = args.reports.iter().map(|target| target.format).chain([args.format]);
    if args.sequences.is_some() && formats.any(|format| format == Format::OciResults) {
        return Err(
            Usage("oci-results tells of requirements, and --sequences asks for none".to_owned()).into()
        );
    }
    if let Some(folder) = &official.results {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for (format, name) in [
            (Format::OciResults, "results.yaml"),
            (Format::Junit, "junit.xml"),
            (Format::Html, "report.html"),
        ] {
            if format == Format::OciResults && !matches!(question, Question::Requirements) {
                continue;
            }
            reports.push(Target { format, file: Some(folder.join(name)) });
        }
    }
    let verbose = args.verbose || official.verbose;
    let outputs = outputs(args.format, &reports, request.version.image(), verbose)?;
    registry::registry(&request, peer.as_ref(), outputs)
}

/// A registry that can be started here.
fn find_peer(name: &str) -> anyhow::Result<Peer> {
    let peers = peers::all(&Arc::new(Confiner::new()))?;
    let names: Vec<String> = peers.iter().map(|peer| peer.name().to_owned()).collect();
    let found = peers.into_iter().find(|peer| peer.name() == name);
    let unknown = || Usage(format!("there is no registry {name:?}; known are {}", names.join(", ")));
    Ok(found.ok_or_else(unknown)?)
}

/// What is in a registry that is only read.
fn given(args: &Args, official: &Official, prefix: &str) -> anyhow::Result<Given> {
    let repository = prefix.trim_end_matches('/').to_owned();
    if repository.is_empty() {
        let why = "--read-only needs a repository: HOST/REPOSITORY";
        return Err(Usage(why.to_owned()).into());
    }
    let or = |own: &[String], other: &[String]| if own.is_empty() { other.to_vec() } else { own.to_vec() };
    Ok(Given {
        repository,
        tags: or(&args.tags, &official.tags),
        manifests: or(&args.manifests, &official.manifests),
        blobs: or(&args.blobs, &official.blobs),
        subjects: or(&args.subjects, &official.subjects),
    })
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

/// Who logs in: whoever is named, whoever the variables name, or whoever docker or podman logged in.
fn credentials(
    args: &Args,
    official: &Official,
    target: Option<&reqwest::Url>,
) -> anyhow::Result<Option<Credentials>> {
    // They are for the registry that the variables name, and for no other.
    let is_official = args.registry.is_none() && official.registry.is_some();
    let others = official.credentials.clone().filter(|_| is_official);
    args.reach.credentials(target, others)
}

/// A seed that no run before had.
fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(0))
}
