//! `seaworthy registry --content`: how a registry treats images, valid and malformed.

use std::sync::Arc;

use seaworthy_registry::content::{Sample, Treated, Treatment, profile};
use seaworthy_rules::Class;

use super::Request;
use super::connect::connect;
use crate::progress::Progress;
use crate::report::of_registry::finding;
use crate::report::{Level, Subject, TestResult};
use crate::suite::{self, Prepared};
use crate::verdict::Verdict;

/// Pushes every case to the registry, and pulls it again.
pub(super) async fn run(
    request: &Request,
    target: Option<reqwest::Url>,
    name: &str,
    version: Option<String>,
) -> anyhow::Result<Subject> {
    let (client, interrupted) = connect(request.connection(target).await?).await?;
    let mut cases = suite::prepare(request.version.image(), &request.only, None);
    cases.retain(|prepared| !request.except.iter().any(|id| prepared.case.id.starts_with(id.as_str())));
    if let Some(shard) = request.shard {
        let mut at = 0..;
        cases.retain(|_| at.next().is_some_and(|at| at % shard.of == shard.index - 1));
    }
    let mut shown = Progress::new("images");
    let mut tell = |done: usize, total: usize| shown.show(done, total);
    let prefix = format!("{}seaworthy/{:x}/", request.prefix, request.seed);
    let samples = cases.iter().map(sample).collect();
    let treated = profile(Arc::new(client), &prefix, request.jobs, samples, &mut tell, interrupted).await;
    shown.end();
    let mut results: Vec<TestResult> = Vec::with_capacity(cases.len());
    let mut treated = treated.iter().peekable();
    for prepared in &cases {
        let of_case = treated.next_if(|treated| treated.id == prepared.case.id);
        results.push(result(prepared, of_case));
    }
    let mut subject = Subject {
        name: name.to_owned(),
        role: "registry".to_owned(),
        version,
        results,
        ..Subject::default()
    };
    subject.count_again();
    Ok(subject)
}

fn sample(prepared: &Prepared) -> Sample {
    // What only readers have to refuse is valid content, too.
    let is_valid = matches!(prepared.case.class, Class::Valid | Class::Refused);
    Sample { id: prepared.case.id.clone(), is_valid, layout: prepared.layout.clone(), repository: None }
}

fn result(prepared: &Prepared, treated: Option<&Treated>) -> TestResult {
    let requirement = prepared.case.requirement.id.clone();
    let is_valid = matches!(prepared.case.class, Class::Valid | Class::Refused);
    let wrong = treated.map(|treated| treated.wrong.as_slice()).unwrap_or_default();
    let (verdict, outcome, words) = match treated.map(|treated| &treated.treatment) {
        None => (Verdict::Inconclusive, "inconclusive", "the run was interrupted".to_owned()),
        Some(Treatment::Nothing) => {
            (Verdict::Skip, "skip", "nothing in it is a registry's affair".to_owned())
        }
        Some(Treatment::Unanswered) => (Verdict::Fail, "unanswered", String::new()),
        Some(Treatment::Accepted) if is_valid => (Verdict::Pass, "accepted", String::new()),
        Some(Treatment::Accepted) => (Verdict::Recorded, "accepted", String::new()),
        Some(Treatment::Refused { part, status, codes }) => {
            (Verdict::Recorded, "refused", format!("the {part}, with {status} {}", codes.join(", ")))
        }
    };
    let verdict = if wrong.is_empty() { verdict } else { Verdict::Fail };
    let found = wrong.first().map(|(found, wanted, _)| format!("found {found}, wanted {wanted}"));
    TestResult {
        case: prepared.case.id.clone(),
        requirement: Some(requirement.clone()),
        expect: None,
        verdict,
        outcome: outcome.to_owned(),
        words: found.unwrap_or_else(|| words.trim_end().to_owned()),
        differences: Vec::new(),
        more_differences: 0,
        known: None,
        blocked_by: None,
        script: Vec::new(),
        findings: wrong
            .iter()
            .map(|(found, wanted, exchange)| finding(&requirement, Level::Must, found, wanted, exchange))
            .collect(),
    }
}
