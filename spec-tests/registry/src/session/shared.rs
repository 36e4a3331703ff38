//! What the checks of one run share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::{Finding, Session, Stop};
use crate::cleanup::Pushed;
use crate::client::{Answer, Client, NoAnswer, Request};
use crate::list::Requirement;
use crate::read_only::Given;
use crate::rule::Need;
use crate::spec::SpecVersion;

/// The registry under test, and what is known of it.
pub struct Shared {
    pub(super) client: Client,
    pub(super) version: SpecVersion,
    pub(super) seed: u64,
    /// What the names of all repositories begin with: empty, or a path that ends in a slash.
    pub(super) prefix: String,
    /// Requirements that every answer is held against.
    observers: Vec<&'static Requirement>,
    observed: Mutex<BTreeMap<&'static str, Observed>>,
    facts: Facts,
    requests: AtomicUsize,
    /// What the registry has, if it is only read.
    pub(crate) given: Option<Given>,
    /// What was pushed so far.
    pushed: Mutex<Pushed>,
}

/// What an observing requirement has seen.
#[derive(Debug, Default, Clone)]
pub(crate) struct Observed {
    /// The first breaches.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: usize,
}

/// How many breaches of one observing requirement are kept.
const KEPT: usize = 3;

/// What the registry offers, found out when it is first asked.
#[derive(Default)]
struct Facts {
    push: OnceCell<bool>,
    delete_tags: OnceCell<bool>,
    delete_manifests: OnceCell<bool>,
    delete_blobs: OnceCell<bool>,
    referrers: OnceCell<bool>,
    login: OnceCell<bool>,
}

impl Shared {
    /// Nothing known yet.
    pub(crate) fn new(
        client: Client,
        version: SpecVersion,
        seed: u64,
        prefix: String,
        observers: Vec<&'static Requirement>,
    ) -> Shared {
        let observed = observers.iter().map(|requirement| (requirement.id.as_str(), Observed::default()));
        let observed = Mutex::new(observed.collect());
        Shared {
            client,
            version,
            seed,
            prefix,
            observers,
            observed,
            facts: Facts::default(),
            requests: AtomicUsize::new(0),
            given: None,
            pushed: Mutex::default(),
        }
    }

    /// Sends a request, and lets every observing requirement look at the answer.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, NoAnswer> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (method, target) = (request.method.clone(), request.target.clone());
        let answer = self.client.send(request).await.inspect(|answer| self.observe(answer))?;
        self.pushed.lock().unwrap_or_else(PoisonError::into_inner).note(&method, &target, &answer);
        Ok(answer)
    }

    /// The same without following redirects.
    pub(super) async fn send_once(&self, request: &Request) -> Result<Answer, NoAnswer> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.client.send_once(request).await.inspect(|answer| self.observe(answer))?;
        self.pushed.lock().unwrap_or_else(PoisonError::into_inner).note(
            &request.method,
            &request.target,
            &answer,
        );
        Ok(answer)
    }

    /// Sends a request that is no part of any check.
    pub(crate) async fn send_aside(&self, request: Request) -> Result<Answer, NoAnswer> {
        self.client.send(request).await
    }

    /// What was pushed so far; nothing from here on.
    pub(crate) fn take_pushed(&self) -> Pushed {
        std::mem::take(&mut self.pushed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn observe(&self, answer: &Answer) {
        for requirement in &self.observers {
            let Some((found, wanted)) = requirement.rule.observe.and_then(|observe| observe(answer)) else {
                continue;
            };
            let mut observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
            let observed = observed.entry(&requirement.id).or_default();
            match observed.findings.len() {
                KEPT.. => observed.more += 1,
                _ => observed.findings.push(Finding { found, wanted, exchange: answer.exchange.clone() }),
            }
        }
    }

    /// Whether the registry still answers a plain request.
    pub(crate) async fn is_alive(&self) -> bool {
        self.client.send(Request::new("GET", "/v2/")).await.is_ok()
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// What an observing requirement has seen so far.
    pub(crate) fn observed(&self, requirement: &Requirement) -> Observed {
        let observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        observed.get(requirement.id.as_str()).cloned().unwrap_or_default()
    }
}

impl Session {
    /// What the registry has, if it is only read.
    pub(crate) fn given(&self) -> Option<&Given> {
        self.shared.given.as_ref()
    }

    /// Whether the registry offers something. Where it does not say no, it is taken to: what is
    /// wrong then is for the requirements to find.
    pub(crate) async fn has(&mut self, need: Need) -> bool {
        let shared = self.shared.clone();
        let facts = &shared.facts;
        let (cell, offer, wanted) = match need {
            Need::Push => (&facts.push, need, true),
            Need::Referrers => (&facts.referrers, need, true),
            Need::Login => (&facts.login, need, true),
            Need::DeleteTags => (&facts.delete_tags, need, true),
            Need::DeleteManifests => (&facts.delete_manifests, need, true),
            Need::DeleteBlobs => (&facts.delete_blobs, need, true),
            Need::KeepTags => (&facts.delete_tags, Need::DeleteTags, false),
            Need::KeepManifests => (&facts.delete_manifests, Need::DeleteManifests, false),
            Need::KeepBlobs => (&facts.delete_blobs, Need::DeleteBlobs, false),
        };
        // Whoever asks first is the one to find out, and makes its own names and content as if it had not.
        let made = std::mem::replace(&mut self.made, usize::MAX / 2);
        let has = *cell.get_or_init(|| async { self.probe(offer).await.unwrap_or(true) }).await;
        self.made = made;
        has == wanted
    }

    async fn probe(&mut self, need: Need) -> Result<bool, Stop> {
        let repository = format!("{}{:x}/offers/{}", self.shared.prefix, self.shared.seed, need.word());
        if need == Need::Push {
            let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/"));
            let answer = self.try_send(request).await.map_err(Stop::NoAnswer)?;
            return Ok(!matches!(answer.status, 401 | 403 | 404 | 405 | 501));
        }
        if need == Need::Login {
            let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/")).anonymous();
            return Ok(self.send(request).await?.status == 401);
        }
        let image = self.push_new_image(&repository, "probe").await?;
        let digest = &image.manifest.digest;
        if need == Need::Referrers {
            // A list of nothing may be answered with 404 by mistake.
            let referrer = self.referrer(&image, "application/vnd.probe");
            self.push_image(&repository, "referrer", &referrer).await?;
            let path = format!("/v2/{repository}/referrers/{digest}");
            return Ok(self.send(Request::new("GET", path)).await?.status != 404);
        }
        let path = match need {
            Need::DeleteTags => "manifests/probe".to_owned(),
            Need::DeleteManifests => format!("manifests/{digest}"),
            _ => format!("blobs/{}", image.blobs[0].digest),
        };
        // A refusal that is not the one which the specification wants is a refusal all the same.
        let answer = self.send(Request::new("DELETE", format!("/v2/{repository}/{path}"))).await?;
        Ok(!matches!(answer.status, 400 | 403 | 405 | 501))
    }
}
