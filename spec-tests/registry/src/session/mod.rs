//! What a check works with: it sends requests, prepares content, and reports what it finds.
//!
//! A helper here that prepares something stops the check where it does not succeed, and names the
//! requirement that is to blame ([`Stop::Blocked`]): one defect is counted once, under its own
//! requirement, with what it keeps from being checked below it.

mod content;
mod setup;
mod shared;

use std::sync::Arc;

pub use content::{Content, Image};
use seaworthy_rules::Level;
pub use setup::{chunk, close_upload, entries_of, pull_blob, pull_manifest, push_manifest, tags_of};
pub use shared::Shared;

use crate::client::{Answer, NoAnswer, Request};
use crate::exchange::Exchange;
use crate::list::Requirement;
use crate::spec::SpecVersion;

/// One requirement being checked.
pub struct Session {
    shared: Arc<Shared>,
    requirement: &'static Requirement,
    level: Level,
    findings: Vec<Finding>,
    notes: Vec<String>,
    /// How many names and contents were made so far.
    made: usize,
}

/// Why a check ended early.
#[derive(Debug)]
pub enum Stop {
    /// What it needs first does not work, and another requirement says so.
    Blocked {
        /// The requirement that is to blame.
        by: &'static str,
        /// What happened.
        reason: String,
        /// The exchange that shows it.
        exchange: Arc<Exchange>,
    },
    /// It does not apply to this registry.
    Skip(String),
    /// The registry kept us from finding out, without breaking anything.
    Inconclusive(String),
    /// A request was not answered.
    NoAnswer(NoAnswer),
}

/// A breach, with the exchange that shows it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What the registry did.
    pub found: String,
    /// What it should have done.
    pub wanted: String,
    /// The exchange.
    pub exchange: Arc<Exchange>,
}

impl Session {
    /// A session for one requirement.
    pub(crate) fn new(shared: Arc<Shared>, requirement: &'static Requirement, level: Level) -> Session {
        Session { shared, requirement, level, findings: Vec::new(), notes: Vec::new(), made: 0 }
    }

    /// The version of the specification that is asked for.
    pub fn version(&self) -> SpecVersion {
        self.shared.version
    }

    /// The level of the requirement in that version.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Sends a request and follows redirects.
    ///
    /// # Errors
    ///
    /// There is no answer, or it says that we have no credentials for this: that tells nothing about
    /// whatever was asked.
    pub async fn send(&mut self, request: Request) -> Result<Answer, Stop> {
        let logs_in = request.logs_in();
        let answer = self.try_send(request).await.map_err(Stop::NoAnswer)?;
        match answer.status {
            401 if logs_in => {
                let reason = format!("{} wants other credentials than we have", answer.exchange.url);
                Err(Stop::Inconclusive(reason))
            }
            _ => Ok(answer),
        }
    }

    /// Sends a request and takes a redirect for an answer.
    ///
    /// # Errors
    ///
    /// There is no answer.
    pub async fn send_once(&mut self, request: Request) -> Result<Answer, Stop> {
        self.shared.send_once(&request).await.map_err(Stop::NoAnswer)
    }

    /// The same for a check that has something to say about a missing answer.
    ///
    /// # Errors
    ///
    /// There is no answer.
    pub async fn try_send(&mut self, request: Request) -> Result<Answer, NoAnswer> {
        self.shared.send(request).await
    }

    /// Reports a breach.
    pub fn report(&mut self, answer: &Answer, found: impl Into<String>, wanted: impl Into<String>) {
        let exchange = answer.exchange.clone();
        self.findings.push(Finding { found: found.into(), wanted: wanted.into(), exchange });
    }

    /// Reports a breach that an exchange shows.
    pub(crate) fn report_exchange(
        &mut self,
        exchange: Arc<Exchange>,
        found: impl Into<String>,
        wanted: impl Into<String>,
    ) {
        self.findings.push(Finding { found: found.into(), wanted: wanted.into(), exchange });
    }

    /// Reports a breach unless a condition holds. Returns the condition.
    pub fn expect(
        &mut self,
        answer: &Answer,
        holds: bool,
        found: impl Into<String>,
        wanted: impl Into<String>,
    ) -> bool {
        if !holds {
            self.report(answer, found, wanted);
        }
        holds
    }

    /// Reports a breach unless the status is one of those wanted. Returns whether it is.
    pub fn expect_status(&mut self, answer: &Answer, wanted: &[u16]) -> bool {
        let words: Vec<String> = wanted.iter().map(u16::to_string).collect();
        let holds = wanted.contains(&answer.status);
        self.expect(answer, holds, answer.status.to_string(), words.join(" or "))
    }

    /// Reports a breach unless the registry took what it was sent; with which of the statuses of
    /// success is another requirement's affair. Returns whether it did.
    pub fn expect_taken(&mut self, answer: &Answer) -> bool {
        let holds = (200..300).contains(&answer.status);
        self.expect(answer, holds, answer.status.to_string(), "success")
    }

    /// Reports a breach if something that has to be gone is still served. `by` says what is wrong
    /// where the answer is neither of the two that are possible.
    ///
    /// # Errors
    ///
    /// It is neither served nor answered with 404.
    pub fn expect_gone(&mut self, answer: &Answer, by: &'static str) -> Result<(), Stop> {
        match answer.status {
            404 => Ok(()),
            200 => {
                self.report(answer, "it is still served", "404");
                Ok(())
            }
            _ => Err(blocked(by, answer, "404")),
        }
    }

    /// Notes what the registry does where the specification leaves it a choice.
    pub fn record(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// What was found and noted.
    pub(crate) fn into_results(self) -> (Vec<Finding>, Vec<String>) {
        (self.findings, self.notes)
    }
}

/// The check cannot go on, and `by` is the requirement that says what is wrong.
pub fn blocked(by: &'static str, answer: &Answer, wanted: &str) -> Stop {
    let reason = format!("{} instead of {wanted}", answer.status);
    Stop::Blocked { by, reason, exchange: answer.exchange.clone() }
}
