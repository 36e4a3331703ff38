//! Runs the requirements against a registry.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seaworthy_rules::Level;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cleanup::{self, Cleanup};
use crate::client::Client;
use crate::list::{self, Category, Requirement};
use crate::read_only::{self, Given};
use crate::session::{Finding, Session, Shared, Stop};
use crate::spec::SpecVersion;

/// What to run, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The version of the specification to judge by.
    pub version: SpecVersion,
    /// Names repositories and makes content. The same seed makes the same requests.
    pub seed: u64,
    /// Only requirements whose id begins with one of these; all if there is none.
    pub only: Vec<String>,
    /// No requirements whose id begins with one of these.
    pub except: Vec<String>,
    /// Only requirements of these categories; all if there is none.
    pub categories: Vec<Category>,
    /// How many requirements are checked at the same time.
    pub jobs: usize,
    /// What the names of all repositories begin with: empty, or a path that ends in a slash.
    pub prefix: String,
    /// What to pull from a registry that is only read; none for one that may be pushed to.
    pub given: Option<Given>,
    /// Whether to delete in the end what was pushed.
    pub cleanup: bool,
    /// Only the requirements whose place in the list, divided by the second, leaves the first.
    pub shard: Option<(usize, usize)>,
}

impl Plan {
    /// Every requirement of a version.
    pub fn new(version: SpecVersion) -> Plan {
        let (only, except, categories) = (Vec::new(), Vec::new(), Vec::new());
        Plan {
            version,
            seed: 1,
            only,
            except,
            categories,
            jobs: 8,
            prefix: "seaworthy/".to_owned(),
            given: None,
            cleanup: false,
            shard: None,
        }
    }

    fn includes(&self, requirement: &Requirement) -> bool {
        let is_named = |name: &String| requirement.id.starts_with(name.as_str());
        (self.only.is_empty() || self.only.iter().any(is_named))
            && !self.except.iter().any(is_named)
            && (self.categories.is_empty() || self.categories.contains(&requirement.category))
    }
}

/// What became of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The registry keeps it.
    Pass,
    /// It is broken, and obligatory.
    Fail,
    /// It is broken, and advised.
    Warn,
    /// The specification leaves a choice; the notes tell what was chosen.
    Recorded,
    /// It does not apply, for this reason.
    Skip(String),
    /// It could not be checked because of another requirement.
    Blocked {
        /// The requirement that is to blame.
        by: &'static str,
        /// What happened.
        reason: String,
    },
    /// The registry kept us from finding out, without breaking anything.
    Inconclusive(String),
    /// Something broke that says nothing about the requirement.
    Error(String),
}

impl Outcome {
    /// The word used in reports.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Warn => "warn",
            Outcome::Recorded => "recorded",
            Outcome::Skip(_) => "skip",
            Outcome::Blocked { .. } => "blocked",
            Outcome::Inconclusive(_) => "inconclusive",
            Outcome::Error(_) => "error",
        }
    }

    /// The reason, for outcomes that have one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Outcome::Skip(reason) | Outcome::Inconclusive(reason) | Outcome::Error(reason) => Some(reason),
            Outcome::Blocked { reason, .. } => Some(reason),
            Outcome::Pass | Outcome::Fail | Outcome::Warn | Outcome::Recorded => None,
        }
    }
}

/// The result for one requirement.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// Its level in the version that was asked for.
    pub level: Level,
    /// What became of it.
    pub outcome: Outcome,
    /// The breaches that were found.
    pub findings: Vec<Finding>,
    /// How many more there were that are not kept.
    pub more: usize,
    /// What the registry did where it has a choice.
    pub notes: Vec<String>,
}

/// The result of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// Every requirement that was to be checked, in the order of [`list::all`].
    pub results: Vec<Checked>,
    /// How many requests were sent.
    pub requests: usize,
    /// How long it took.
    pub time: Duration,
    /// What became of what was pushed, if it was to be deleted.
    pub cleanup: Option<Cleanup>,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'r> {
    /// How many requirements are checked.
    pub done: usize,
    /// How many there are.
    pub total: usize,
    /// The last of them. A requirement that looks at every answer may still come to something else.
    pub checked: &'r Checked,
}

impl Report {
    /// The requirements that are blocked by each, directly or not.
    pub fn consequences(&self) -> BTreeMap<&'static str, Vec<&Checked>> {
        let mut consequences: BTreeMap<_, Vec<&Checked>> = BTreeMap::new();
        for checked in &self.results {
            if let Outcome::Blocked { by, .. } = checked.outcome {
                consequences.entry(self.root(by)).or_default().push(checked);
            }
        }
        consequences
    }

    /// Whether nothing obligatory is broken.
    pub fn conforms(&self) -> bool {
        !self.results.iter().any(|checked| checked.outcome == Outcome::Fail)
    }

    /// Follows who is blocked by whom to its start.
    fn root(&self, id: &'static str) -> &'static str {
        let mut root = id;
        for _ in 0..self.results.len() {
            let found = self.results.iter().find(|checked| checked.requirement.id == root);
            match found.map(|checked| &checked.outcome) {
                Some(Outcome::Blocked { by, .. }) => root = by,
                _ => break,
            }
        }
        root
    }
}

/// Checks the requirements of a plan against a registry.
pub async fn run(client: Client, plan: &Plan) -> Report {
    run_until(client, plan, &mut |_| (), std::future::pending()).await
}

/// The same, telling how far it has come, until `stop` is ready: what is not checked by then is
/// inconclusive.
pub async fn run_until(
    client: Client,
    plan: &Plan,
    tell: &mut dyn FnMut(Progress<'_>),
    stop: impl Future<Output = ()>,
) -> Report {
    let start = Instant::now();
    let wanted = list::all().iter().filter(|requirement| plan.includes(requirement));
    let wanted: Vec<(&'static Requirement, Level)> = wanted
        .filter_map(|requirement| Some((requirement, requirement.rule.grade.at(plan.version)?)))
        .enumerate()
        .filter(|(at, _)| plan.shard.is_none_or(|(part, parts)| at % parts.max(1) == part))
        .map(|(_, wanted)| wanted)
        .collect();
    let observers = wanted.iter().map(|(requirement, _)| *requirement);
    let observers = observers.filter(|requirement| requirement.rule.observe.is_some()).collect();
    let mut shared = Shared::new(client, plan.version, plan.seed, plan.prefix.clone(), observers);
    if let Some(given) = &plan.given {
        shared.given = Some(read_only::complete(&shared, given.clone()).await);
    }
    let shared = Arc::new(shared);
    let slots = Arc::new(Semaphore::new(plan.jobs.max(1)));
    let mut tasks = JoinSet::new();
    for (at, &(requirement, level)) in wanted.iter().enumerate() {
        let (shared, slots) = (shared.clone(), slots.clone());
        tasks.spawn(async move {
            let _slot = slots.acquire_owned().await;
            (at, check(shared, requirement, level).await)
        });
    }
    let mut results: BTreeMap<usize, Checked> = BTreeMap::new();
    let mut stop = pin!(stop);
    let mut is_stopped = false;
    loop {
        tokio::select! {
            finished = tasks.join_next() => match finished {
                None => break,
                Some(Ok((at, checked))) => {
                    tell(Progress { done: results.len() + 1, total: wanted.len(), checked: &checked });
                    results.insert(at, checked);
                }
                Some(Err(_)) => {}
            },
            () = &mut stop, if !is_stopped => {
                is_stopped = true;
                tasks.abort_all();
            }
        }
    }
    let cleanup = match plan.cleanup {
        true => Some(cleanup::clean_up(&shared).await),
        false => None,
    };
    let results = wanted.iter().enumerate().map(|(at, &(requirement, level))| {
        let checked = results.remove(&at).unwrap_or_else(|| {
            let outcome = match is_stopped {
                true => Outcome::Inconclusive("the run was interrupted".to_owned()),
                false => Outcome::Error("the check itself failed".to_owned()),
            };
            Checked { requirement, level, outcome, findings: Vec::new(), more: 0, notes: Vec::new() }
        });
        with_observations(checked, &shared)
    });
    let results = results.collect();
    Report { results, requests: shared.requests(), time: start.elapsed(), cleanup }
}

async fn check(shared: Arc<Shared>, requirement: &'static Requirement, level: Level) -> Checked {
    let mut session = Session::new(shared.clone(), requirement, level);
    let ended = meet(&mut session, requirement).await;
    let (mut findings, notes) = session.into_results();
    let outcome = match ended {
        _ if !findings.is_empty() => broken(level),
        Ok(()) if !notes.is_empty() => Outcome::Recorded,
        Ok(()) => Outcome::Pass,
        Err(Stop::Blocked { by, reason, .. }) => Outcome::Blocked { by, reason },
        Err(Stop::Skip(reason)) => Outcome::Skip(reason),
        Err(Stop::Inconclusive(reason)) => Outcome::Inconclusive(reason),
        // A registry that answers others, but not this, has failed; one that is gone says nothing.
        Err(Stop::NoAnswer(lost)) if shared.is_alive().await => {
            let (found, wanted) = (lost.reason, "an answer".to_owned());
            findings.push(Finding { found, wanted, exchange: lost.exchange });
            broken(level)
        }
        Err(Stop::NoAnswer(lost)) => Outcome::Error(lost.reason),
    };
    Checked { requirement, level, outcome, findings, more: 0, notes }
}

async fn meet(session: &mut Session, requirement: &'static Requirement) -> Result<(), Stop> {
    if session.given().is_some() {
        return read_only::check(session, requirement).await;
    }
    for &need in requirement.rule.needs {
        if !session.has(need).await {
            return Err(Stop::Skip(need.reason().to_owned()));
        }
    }
    (requirement.rule.check)(session).await
}

fn broken(level: Level) -> Outcome {
    match level {
        Level::Must | Level::Implied => Outcome::Fail,
        Level::Should => Outcome::Warn,
        Level::May => Outcome::Recorded,
    }
}

fn with_observations(mut checked: Checked, shared: &Shared) -> Checked {
    if checked.requirement.rule.observe.is_some() {
        let observed = shared.observed(checked.requirement);
        checked.findings.extend(observed.findings);
        checked.more += observed.more;
        if !checked.findings.is_empty() {
            checked.outcome = broken(checked.level);
        }
    }
    checked
}
