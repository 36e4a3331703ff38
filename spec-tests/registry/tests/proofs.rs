//! The proofs: the reference registry keeps every requirement, and each of its faults breaks its own
//! and no other.

use std::sync::Arc;

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_registry::client::{Client, Connection};
use seaworthy_registry::server::{Registry, Settings, serve};
use seaworthy_registry::suite::{self, Outcome, Plan, Report};
use seaworthy_registry::{Fault, Faults, Requirement, SpecVersion, all, faults};
use tokio::net::TcpListener;

/// How many random pairs of faults are tried.
const PAIRS: usize = 40;

/// The report on a registry with some faults.
async fn report(version: SpecVersion, faults: Faults) -> Report {
    let registry = Arc::new(Registry::new(Settings { version, faults, ..Settings::default() }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(serve::serve(registry, listener));
    let base = format!("http://{address}").parse().expect("a URL");
    let client = Client::new(Connection::new(base)).expect("a client");
    let report = suite::run(client, &Plan::new(version)).await;
    server.abort();
    report
}

/// What is not as it should be: with these faults, exactly their requirements are broken.
fn problems(report: &Report, faults: &[Fault]) -> Vec<String> {
    let is_faulty =
        |id: &str| faults.iter().any(|fault| fault.0.rsplit_once('/').is_some_and(|(of, _)| of == id));
    let is_as_wanted = |id: &str, outcome: &Outcome| match outcome {
        Outcome::Fail | Outcome::Warn => is_faulty(id),
        // One fault may keep the other from showing at all.
        Outcome::Pass | Outcome::Recorded => !is_faulty(id) || faults.len() > 1,
        Outcome::Blocked { by, .. } => is_faulty(by) && (!is_faulty(id) || faults.len() > 1),
        Outcome::Skip(_) | Outcome::Inconclusive(_) | Outcome::Error(_) => false,
    };
    let wrong =
        report.results.iter().filter(|checked| !is_as_wanted(&checked.requirement.id, &checked.outcome));
    wrong
        .map(|checked| {
            let findings = checked.findings.iter().map(|finding| {
                format!("\n    {}, wanted {}: {}", finding.found, finding.wanted, finding.exchange.curl())
            });
            let findings: String = findings.collect();
            format!("  {} is {:?} with {faults:?}{findings}", checked.requirement.id, checked.outcome)
        })
        .collect()
}

async fn prove(version: SpecVersion, faults: &[Fault]) -> Vec<String> {
    problems(&report(version, faults.iter().copied().collect()).await, faults)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_registry_conforms() {
    for version in SpecVersion::ALL {
        let problems = prove(version, &[]).await;
        assert!(problems.is_empty(), "{version}:\n{}", problems.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_breaks_its_own_requirement_and_no_other() {
    let mut wrong = Vec::new();
    for (requirement, fault) in faults() {
        let mut in_force =
            SpecVersion::ALL.into_iter().filter(|&version| requirement.rule.grade.at(version).is_some());
        // The newest version asks for the most.
        if let Some(version) = in_force.next_back() {
            wrong.extend(prove(version, &[fault]).await);
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_of_faults_break_their_two_requirements() {
    let all: Vec<(&Requirement, Fault)> = faults().collect();
    let seed: u64 = std::env::var("SEAWORTHY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let bytes = seeded(&format!("pairs/{seed}"), 4 * PAIRS);
    let mut choices = Choices::new(&bytes);
    let mut wrong = Vec::new();
    for _ in 0..PAIRS {
        let pair = [*choices.pick(&all), *choices.pick(&all)];
        let newest = |requirement: &Requirement| {
            SpecVersion::ALL.into_iter().rfind(|&version| requirement.rule.grade.at(version).is_some())
        };
        // A requirement of old versions only meets none of the dev version.
        if let (Some(version), true) = (newest(pair[0].0), newest(pair[0].0) == newest(pair[1].0)) {
            wrong.extend(prove(version, &pair.map(|(_, fault)| fault)).await);
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_requirement_has_a_fault() {
    for requirement in all() {
        let (id, rule) = (&requirement.id, requirement.rule);
        assert!(!rule.faults.is_empty(), "{id} has no fault to catch");
        for fault in rule.faults {
            let name = fault.0.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/'));
            assert!(
                name.is_some_and(|name| !name.is_empty() && !name.contains('/')),
                "{} is not of {id}",
                fault.0
            );
        }
        assert!(
            SpecVersion::ALL.iter().any(|&version| rule.grade.at(version).is_some()),
            "{id} is never in force"
        );
        assert!(
            requirement.says.ends_with('.') && requirement.says.len() > 20,
            "{id}: {:?}",
            requirement.says
        );
        let anchor = rule.section.strip_prefix("spec.md#");
        assert!(anchor.is_some_and(|anchor| !anchor.is_empty()), "{id}: section {:?}", rule.section);
    }
}
