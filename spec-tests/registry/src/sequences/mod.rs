//! Random sequences of pushes, pulls, mounts, deletions and listings, held against a small model of what the
//! specification promises.
//!
//! A requirement's own exchange asks one thing of a registry that is fresh. What goes wrong only after something
//! else has happened shows here: a deleted blob that another repository loses, a tag that still leads to
//! where it was. Several clients work at the same time, each in repositories of its own and with the same
//! blobs as the others. A sequence that fails is cut down to the shortest that does, which is told step by step
//! with the requests it took.

mod client;
mod content;
mod model;
mod steps;

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::{Ended, Worker};
use content::Contents;
use model::{Offers, World};
use proptest::strategy::{BoxedStrategy, Strategy, Union};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use proptest_state_machine::Sequential;
use steps::Step;
use tokio::sync::watch;

use crate::client::Client;
use crate::exchange::Exchange;

/// How soon a registry has to know what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// In the next answer.
    Immediate,
    /// After this time at most: what is not yet as it should be is asked for again until then.
    Eventual(Duration),
}

/// What to run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the sequences come from. The same seed makes the same sequences.
    pub seed: u64,
    /// How many sequences are tried.
    pub count: u32,
    /// The most steps in a sequence, of all clients together.
    pub steps: usize,
    /// The most clients at the same time.
    pub clients: usize,
    /// How soon a registry has to know what it was told.
    pub consistency: Consistency,
    /// What the names of all repositories begin with: empty, or a path that ends in a slash.
    pub prefix: String,
}

impl Plan {
    /// Sequences of up to 30 steps, of up to 3 clients.
    pub fn new(seed: u64, count: u32) -> Plan {
        let (consistency, prefix) = (Consistency::Immediate, "seaworthy/".to_owned());
        Plan { seed, count, steps: 30, clients: 3, consistency, prefix }
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Report {
    /// How many sequences were run; those that were cut down do not count.
    pub sequences: u32,
    /// How many requests were sent.
    pub requests: usize,
    /// How long it took.
    pub time: Duration,
    /// The longest that the registry took to know what it was told; nothing if it always knew at once.
    pub waited: Duration,
    /// What the registry refused without breaking anything; such a sequence ends there.
    pub notes: Vec<String>,
    /// What went wrong, if anything did.
    pub failure: Option<Failure>,
    /// Whether it was stopped before it was through.
    pub is_stopped: bool,
}

/// The shortest sequence that goes wrong.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What every client did. The last step is the one that went wrong.
    pub steps: Vec<Performed>,
    /// What the registry did.
    pub found: String,
    /// What it should have done.
    pub wanted: String,
}

/// A step, and the requests that it took.
#[derive(Debug, Clone)]
pub struct Performed {
    /// The number of the client. Those of different clients were performed at the same time.
    pub client: usize,
    /// What was done, in words.
    pub step: String,
    /// The requests with their answers.
    pub exchanges: Vec<Arc<Exchange>>,
}

impl Failure {
    /// The lines of a script for people: the steps in words, each with the `curl` lines that repeat it.
    pub fn script(&self) -> Vec<String> {
        let mut script = Vec::new();
        for (at, performed) in self.steps.iter().enumerate() {
            let client = match self.clients() {
                1 => String::new(),
                _ => format!("client {}: ", performed.client + 1),
            };
            script.push(format!("# {}. {client}{}", at + 1, performed.step));
            for exchange in &performed.exchanges {
                let answer = match &exchange.outcome {
                    Ok(received) => received.status.to_string(),
                    Err(reason) => reason.clone(),
                };
                script.push(format!("{}  # {answer}", exchange.curl()));
            }
        }
        script.push(format!("# found {}, wanted {}", self.found, self.wanted));
        script
    }

    /// How many clients there were.
    pub fn clients(&self) -> usize {
        self.steps.iter().map(|performed| performed.client).collect::<BTreeSet<_>>().len()
    }
}

/// A registry on which sequences cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum SequencesError {
    /// It does not take what every sequence begins with.
    #[error("the registry takes no image: {0}")]
    NoPush(String),
    /// The task ended.
    #[error("the sequences were not finished")]
    Aborted,
}

/// Runs sequences against a registry until one fails, or as many as planned have passed.
///
/// # Errors
///
/// The registry takes no pushes.
pub async fn run(client: Arc<Client>, plan: &Plan) -> Result<Report, SequencesError> {
    run_until(client, plan, std::future::pending()).await
}

/// The same, until `stop` is ready: the report then tells what was found by then.
///
/// # Errors
///
/// The registry takes no pushes.
pub async fn run_until(
    client: Arc<Client>,
    plan: &Plan,
    stop: impl Future<Output = ()>,
) -> Result<Report, SequencesError> {
    let start = Instant::now();
    let mut stop = pin!(stop);
    let runs = Arc::new(Runs {
        client,
        plan: plan.clone(),
        made: AtomicUsize::new(0),
        requests: AtomicUsize::new(0),
        learnt: Mutex::default(),
        stopped: watch::Sender::new(false),
    });
    let offers = tokio::select! {
        offers = runs.offers() => offers?,
        () = &mut stop => {
            runs.stopped.send_replace(true);
            return Ok(runs.report(start.elapsed()));
        }
    };
    let runtime = tokio::runtime::Handle::current();
    let shared = runs.clone();
    let mut finished = tokio::task::spawn_blocking(move || {
        let plan = &shared.plan;
        let config = Config {
            cases: plan.count,
            max_shrink_iters: 1000,
            failure_persistence: None,
            ..Config::default()
        };
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&plan.seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let clients = 1..=plan.clients.max(1);
        let sequences = Sequential::new(
            (1..=plan.steps.max(1)).into(),
            move || clients.clone().prop_map(move |clients| vec![World::new(offers); clients]).boxed(),
            |worlds: &Vec<World>, (client, step): &Turn| {
                worlds.get(*client).is_some_and(|world| world.allows(step))
            },
            |worlds: &Vec<World>| turns(worlds),
            |mut worlds: Vec<World>, (client, step): &Turn| {
                worlds[*client].apply(step);
                worlds
            },
        );
        let result = TestRunner::new_with_rng(config, rng).run(&sequences, |(worlds, turns, seen)| {
            // The clients go on at the same time, so nothing can be said about what was not reached.
            if let Some(seen) = seen {
                seen.store(turns.len(), Ordering::SeqCst);
            }
            runtime
                .block_on(shared.try_sequence(worlds, turns))
                .map_err(|()| TestCaseError::fail("it went wrong"))
        });
        match result {
            Ok(()) => Ok(()),
            Err(TestError::Fail(_, (worlds, turns, _))) => {
                runtime.block_on(shared.cut_down(&worlds, turns));
                Ok(())
            }
            Err(TestError::Abort(_)) => Err(SequencesError::Aborted),
        }
    });
    let ended = tokio::select! {
        ended = &mut finished => ended,
        () = &mut stop => {
            runs.stopped.send_replace(true);
            finished.await
        }
    };
    ended.map_err(|_| SequencesError::Aborted)??;
    Ok(runs.report(start.elapsed()))
}

/// A client, and what it does next.
type Turn = (usize, Step);

/// The turns that make sense where each client has a world of its own.
fn turns(worlds: &[World]) -> BoxedStrategy<Turn> {
    let of_client = |(client, world)| steps::strategy(world).prop_map(move |step| (client, step)).boxed();
    Union::new(worlds.iter().enumerate().map(of_client)).boxed()
}

/// Every place in a list, and every two of them.
fn omissions(length: usize) -> impl Iterator<Item = (usize, usize)> {
    let ones = (0..length).map(|at| (at, at));
    ones.chain((0..length).flat_map(|one| (0..one).map(move |other| (one, other))))
}

/// Whether each turn makes sense after those before.
fn make_sense(worlds: &[World], turns: &[Turn]) -> bool {
    let mut worlds = worlds.to_vec();
    turns.iter().all(|(client, step)| {
        let makes_sense = worlds[*client].allows(step);
        worlds[*client].apply(step);
        makes_sense
    })
}

/// The runs of sequences against one registry.
struct Runs {
    client: Arc<Client>,
    plan: Plan,
    /// How many runs there were; each has names and contents of its own.
    made: AtomicUsize,
    requests: AtomicUsize,
    learnt: Mutex<Learnt>,
    stopped: watch::Sender<bool>,
}

#[derive(Default)]
struct Learnt {
    passed: u32,
    waited: Duration,
    notes: Vec<String>,
    failure: Option<Failure>,
}

impl Runs {
    /// Finds out what the registry offers, by doing each thing once.
    async fn offers(&self) -> Result<Offers, SequencesError> {
        let contents = Arc::new(Contents::new(&format!("{}/offers", self.plan.seed)));
        let run = self.made.fetch_add(1, Ordering::Relaxed);
        let mut worker = self.worker(World::new(Offers::ALL), contents, run, 0);
        let offers = worker.probe().await.map_err(SequencesError::NoPush);
        self.requests.fetch_add(worker.requests, Ordering::Relaxed);
        offers
    }

    fn worker(&self, world: World, contents: Arc<Contents>, run: usize, number: usize) -> Worker {
        let folder = format!("{}sequences/{:x}/{run}/{number}", self.plan.prefix, self.plan.seed);
        Worker::new(self.client.clone(), number, world, contents, folder, self.plan.consistency)
    }

    /// Runs a sequence: each client takes its turns in order, and all of them go on at the same time. An error if
    /// something goes wrong.
    ///
    /// Once it is stopped nothing goes wrong any more, so that whoever asks for more comes to an end.
    async fn try_sequence(&self, worlds: Vec<World>, turns: Vec<Turn>) -> Result<(), ()> {
        let mut stopped = self.stopped.subscribe();
        tokio::select! {
            biased;
            _ = stopped.wait_for(|is_stopped| *is_stopped) => Ok(()),
            result = self.perform(worlds, turns) => result,
        }
    }

    async fn perform(&self, worlds: Vec<World>, turns: Vec<Turn>) -> Result<(), ()> {
        let run = self.made.fetch_add(1, Ordering::Relaxed);
        let contents = Arc::new(Contents::new(&format!("{}/{run}", self.plan.seed)));
        let mut tasks = tokio::task::JoinSet::new();
        for (number, world) in worlds.into_iter().enumerate() {
            let of_client = turns.iter().filter(|(client, _)| *client == number);
            let steps: Vec<Step> = of_client.map(|(_, step)| step.clone()).collect();
            let mut worker = self.worker(world, contents.clone(), run, number);
            tasks.spawn(async move {
                let ended = worker.perform_all(&steps).await;
                (worker, ended)
            });
        }
        let (mut performed, mut failure) = (Vec::new(), None);
        while let Some(finished) = tasks.join_next().await {
            // It panicked, and there is nothing to tell.
            let Ok((worker, ended)) = finished else { return Err(()) };
            self.requests.fetch_add(worker.requests, Ordering::Relaxed);
            let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
            learnt.waited = learnt.waited.max(worker.waited);
            match ended {
                Ok(()) => performed.extend(worker.performed),
                Err(Ended::Refused(note)) if learnt.notes.contains(&note) => {}
                Err(Ended::Refused(note)) => learnt.notes.push(note),
                Err(Ended::Wrong { found, wanted }) => {
                    failure = Some(Failure { steps: worker.performed, found, wanted });
                }
            }
        }
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            None => {
                // Once one has failed the others only show how short it can be.
                learnt.passed += u32::from(learnt.failure.is_none());
                Ok(())
            }
            Some(mut failure) => {
                performed.append(&mut failure.steps);
                learnt.failure = Some(Failure { steps: performed, ..failure });
                Err(())
            }
        }
    }

    /// Leaves out turns, one or two at a time, for as long as it goes wrong without them. Proptest tries each
    /// but once, while others still need it, and cannot leave out what is made together with what deletes it.
    async fn cut_down(&self, mut worlds: &[World], mut turns: Vec<Turn>) {
        let alone: Vec<Turn> = turns.iter().map(|(_, step)| (0, step.clone())).collect();
        let (first, _) = worlds.split_at(1);
        if make_sense(first, &alone) && self.try_sequence(first.to_vec(), alone.clone()).await.is_err() {
            (worlds, turns) = (first, alone);
        }
        let mut next = 0;
        while let Some((one, other)) = omissions(turns.len()).nth(next) {
            next += 1;
            let is_left = |&(at, _): &(usize, &Turn)| at != one && at != other;
            let shorter: Vec<Turn> =
                turns.iter().enumerate().filter(is_left).map(|(_, turn)| turn.clone()).collect();
            if make_sense(worlds, &shorter)
                && self.try_sequence(worlds.to_vec(), shorter.clone()).await.is_err()
            {
                (turns, next) = (shorter, 0);
            }
        }
    }

    fn report(&self, time: Duration) -> Report {
        let learnt = std::mem::take(&mut *self.learnt.lock().unwrap_or_else(PoisonError::into_inner));
        Report {
            sequences: learnt.passed + u32::from(learnt.failure.is_some()),
            requests: self.requests.load(Ordering::Relaxed),
            time,
            waited: learnt.waited,
            notes: learnt.notes,
            failure: learnt.failure,
            is_stopped: *self.stopped.borrow(),
        }
    }
}
