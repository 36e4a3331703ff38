//! `seaworthy registry`: the requirements of distribution-spec against a live registry.

pub mod connect;
mod content;
mod sequences;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use docker_credential::DockerCredential;
use seaworthy_registry::client::{Connection, Credentials};
use seaworthy_registry::read_only::Given;
use seaworthy_registry::sequences::Consistency;
use seaworthy_registry::server::{Registry, Settings, serve};
use seaworthy_registry::suite::{self, Plan};
use seaworthy_registry::{Category, SpecVersion};
use tokio::net::TcpListener;

use self::connect::connect;
use super::check::Conclusion;
use crate::commands::report::{known, read_report};
use crate::divergence::Divergences;
use crate::peers::Peer;
use crate::printable::printable_lines;
use crate::progress::Progress;
use crate::report::{self, Outputs, Report, Shard, Subject, of_registry};
use crate::verdict::Verdict;

/// What to check, and how.
#[derive(Debug)]
pub struct Request {
    /// The registry; the reference registry if there is none.
    pub target: Option<reqwest::Url>,
    /// What the names of repositories begin with: empty, or a path that ends in a slash.
    pub prefix: String,
    /// The version of the specification to judge by.
    pub version: SpecVersion,
    /// Only requirements whose id begins so.
    pub only: Vec<String>,
    /// No requirements whose id begins so.
    pub except: Vec<String>,
    /// Only requirements of these categories.
    pub categories: Vec<Category>,
    /// Names repositories and makes content.
    pub seed: u64,
    /// How long one request may take.
    pub deadline: Duration,
    /// How many requirements are checked at the same time.
    pub jobs: usize,
    /// Who logs in.
    pub credentials: Option<Credentials>,
    /// Certificates to trust besides those of the system, in PEM.
    pub authorities: Vec<u8>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// What to pull from a registry that is only read.
    pub given: Option<Given>,
    /// Whether to delete in the end what was pushed.
    pub cleanup: bool,
    /// What to ask.
    pub question: Question,
    /// Which part of the requirements to check, if not all.
    pub shard: Option<Shard>,
    /// Whether warnings count.
    pub strict: bool,
    /// An earlier JSON report whose failures are known.
    pub baseline: Option<PathBuf>,
    /// Write a snapshot into this folder.
    pub snapshots: Option<PathBuf>,
    /// Compare failures with the known ones in this folder.
    pub divergences: Option<PathBuf>,
}

/// What to ask of a registry.
#[derive(Debug, Clone, Copy)]
pub enum Question {
    /// Whether it keeps the requirements.
    Requirements,
    /// How it treats images, valid and malformed.
    Content,
    /// Whether it goes wrong in random sequences.
    Sequences {
        /// How many to try.
        count: u32,
        /// How soon it has to know what it was told.
        consistency: Consistency,
    },
}

/// Checks a registry and writes the reports; with a peer, one that is started for the run.
///
/// # Errors
///
/// The client cannot be set up, the peer cannot be started, or an output cannot be written.
pub fn registry(request: &Request, peer: Option<&Peer>, mut outputs: Outputs) -> anyhow::Result<Conclusion> {
    let baseline = request.baseline.as_deref().map(read_report).transpose()?;
    let mut report = of_registry::begin(request.version, request.seed);
    report.strict = request.strict;
    report.shard = request.shard;
    outputs.begin(&report)?;
    let running = peer.map(Peer::start).transpose()?;
    let (name, version, target) = match (&running, peer) {
        (Some(running), Some(peer)) => {
            let url = format!("http://{}", running.address()).parse()?;
            (peer.name().to_owned(), peer.version().ok(), Some(url))
        }
        _ => match &request.target {
            Some(url) => (url.as_str().trim_end_matches('/').to_owned(), None, Some(url.clone())),
            None => ("reference".to_owned(), Some(env!("CARGO_PKG_VERSION").to_owned()), None),
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut subject = match request.question {
        Question::Requirements => {
            let result = runtime.block_on(run(request, target, &name, &mut outputs))?;
            of_registry::subject(&name, version, &result)
        }
        Question::Content => {
            let image = request.version.image().as_str().to_owned();
            report.specifications.insert("image-spec".to_owned(), image);
            runtime.block_on(content::run(request, target, &name, version))?
        }
        Question::Sequences { count, consistency } => {
            let result = runtime.block_on(sequences::run(request, target, count, consistency))?;
            of_registry::sequences(&name, version, &result)
        }
    };
    drop(runtime);
    if let Some(running) = running {
        let ran = running.stop()?;
        report.confinement = Some(format!("confined by {}", ran.in_force));
    }
    let mut is_as_known = judge(request, &mut subject)?;
    if let Some(baseline) = &baseline {
        is_as_known &= known::compare(&mut subject, baseline);
    }
    subject.count_again();
    if let Some(folder) = &request.snapshots {
        std::fs::create_dir_all(folder)?;
        let text = report::registry_snapshot(&subject, request.version.as_str())?;
        report::output::write_file(&folder.join(format!("{}.json", subject.name)), text.as_bytes())?;
    }
    report.subjects.push(subject);
    outputs.finish(&mut report)?;
    Ok(conclusion(&report, is_as_known))
}

/// Runs the requirements, and writes each result as it comes.
async fn run(
    request: &Request,
    target: Option<reqwest::Url>,
    name: &str,
    outputs: &mut Outputs,
) -> anyhow::Result<suite::Report> {
    let plan = Plan {
        version: request.version,
        seed: request.seed,
        only: request.only.clone(),
        except: request.except.clone(),
        categories: request.categories.clone(),
        jobs: request.jobs,
        prefix: format!("{}seaworthy/", request.prefix),
        given: request.given.clone(),
        cleanup: request.cleanup,
        shard: request.shard.map(|shard| (shard.index - 1, shard.of)),
    };
    let (client, interrupted) = connect(request.connection(target).await?).await?;
    let mut shown = Progress::new("requirements");
    let mut written = Ok(());
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut tell = |progress: suite::Progress<'_>| {
        shown.show(progress.done, progress.total);
        // What looks at every answer is not through before the last of them.
        if written.is_ok() && progress.checked.requirement.rule.observe.is_none() {
            told.insert(&progress.checked.requirement.id);
            written = outputs.result(name, &of_registry::result(progress.checked));
        }
    };
    let report = suite::run_until(client, &plan, &mut tell, interrupted).await;
    shown.end();
    written?;
    for checked in report.results.iter().filter(|checked| !told.contains(checked.requirement.id.as_str())) {
        outputs.result(name, &of_registry::result(checked))?;
    }
    Ok(report)
}

impl Request {
    /// How to reach a registry; the reference registry if there is none.
    async fn connection(&self, target: Option<reqwest::Url>) -> anyhow::Result<Connection> {
        let base = match target {
            Some(url) => url,
            None => embedded(self.version).await?,
        };
        Ok(Connection {
            deadline: self.deadline,
            authorities: self.authorities.clone(),
            insecure: self.insecure,
            credentials: self.credentials.clone(),
            ..Connection::new(base)
        })
    }
}

/// Marks the failures that are known, and notes what is not as it is known to be. True if there is
/// nothing to note.
fn judge(request: &Request, subject: &mut Subject) -> anyhow::Result<bool> {
    let Some(folder) = &request.divergences else { return Ok(true) };
    let known = Divergences::read(folder, &subject.name)?;
    let Some(known) = known.filter(|known| subject.version.as_ref() == Some(&known.version)) else {
        return Ok(true);
    };
    // What is not written down for everybody cannot be missing there.
    let told = subject.results.iter().filter(|result| !report::is_sensitive(&result.case));
    let results: Vec<(&str, Verdict)> = told.map(|result| (result.case.as_str(), result.verdict)).collect();
    let is_part = request.shard.is_some()
        || !(request.only.is_empty() && request.except.is_empty() && request.categories.is_empty());
    let surprises = known.surprises_among(&results, is_part);
    for result in subject.results.iter_mut().filter(|result| result.verdict == Verdict::Fail) {
        result.known = known.reason(&result.case).map(str::to_owned);
    }
    for id in &surprises.unknown {
        subject.notes.push(format!("{id} fails, and no known divergence says so"));
    }
    for id in &surprises.stale {
        subject.notes.push(format!("{id} is a known divergence, and no longer happens: remove it"));
    }
    Ok(surprises.stale.is_empty())
}

fn conclusion(report: &Report, is_as_known: bool) -> Conclusion {
    let results = || report.subjects.iter().flat_map(|subject| &subject.results);
    let has = |wanted: &[Verdict]| {
        results().any(|result| wanted.contains(&result.verdict) && result.known.is_none())
    };
    let is_interrupted = results().any(|result| result.outcome == "inconclusive");
    match () {
        () if !is_as_known || has(&[Verdict::Fail]) => Conclusion::Findings,
        () if report.strict && has(&[Verdict::Warn]) => Conclusion::Findings,
        () if has(&[Verdict::Error]) || is_interrupted => Conclusion::Unjudged,
        () if !results().any(|result| !matches!(result.verdict, Verdict::Skip | Verdict::Inconclusive)) => {
            Conclusion::Unjudged
        }
        () => Conclusion::Conforms,
    }
}

/// Who docker or podman logged in to a registry.
pub fn stored_login(host: &str) -> Option<Credentials> {
    let found = docker_credential::get_credential(host)
        .or_else(|_| docker_credential::get_podman_credential(host))
        .ok()?;
    match found {
        DockerCredential::UsernamePassword(username, password) => Some(Credentials { username, password }),
        DockerCredential::IdentityToken(_) => None,
    }
}

/// The reference registry on a port of its own, for as long as the runtime lives.
async fn embedded(version: SpecVersion) -> anyhow::Result<reqwest::Url> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let registry = Registry::new(Settings { version, ..Settings::default() });
    tokio::spawn(serve::serve(Arc::new(registry), listener));
    Ok(format!("http://{address}").parse()?)
}

/// Everything about a requirement on registries.
///
/// # Errors
///
/// The output cannot be written.
pub fn explain_requirement(
    requirement: &'static seaworthy_registry::Requirement,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = requirement.rule;
    writeln!(out, "{}\n\n{}\n", requirement.id, requirement.says)?;
    if !requirement.why.is_empty() {
        writeln!(out, "{}\n", printable_lines(&requirement.why))?;
    }
    let by_version = SpecVersion::ALL.map(|version| {
        format!("{version}: {}", rule.grade.at(version).map_or("silent", |level| level.as_str()))
    });
    writeln!(out, "Level    {} (distribution-spec)", by_version.join(", "))?;
    writeln!(out, "Section  {}", rule.section)?;
    writeln!(out, "Binds    registries")?;
    if !rule.faults.is_empty() {
        writeln!(out, "\nCaught in the reference registry with --fault:")?;
    }
    rule.faults.iter().try_for_each(|fault| writeln!(out, "  {}", fault.0))
}
