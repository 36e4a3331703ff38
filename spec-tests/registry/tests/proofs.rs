//! The proofs: the reference registry keeps every requirement, and each of its faults breaks its own
//! and no other.

use std::sync::Arc;
use std::time::Duration;

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_registry::client::{Client, Connection, Credentials};
use seaworthy_registry::server::access::{Access, Scheme};
use seaworthy_registry::server::{Registry, Settings, serve};
use seaworthy_registry::suite::{self, Checked, Outcome, Plan, Report};
use seaworthy_registry::{Fault, Faults, Need, Requirement, SpecVersion, all, faults};
use tokio::net::TcpListener;

/// Requirements that are left out where they have nothing to show.
const HEAVY: [&str; 2] = ["push/manifest-size", "push/manifest-size-limit"];

/// How many random pairs of faults are tried, or how many times that: `SEAWORTHY_CASES`.
const PAIRS: usize = 40;

/// What kind of registry the faults are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It deletes what it is told to, and lets everybody in.
    Open,
    /// It deletes nothing.
    Keeping,
    /// It wants a token; in one without faults none lasts for longer than a second.
    Guarded,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Open, Kind::Keeping, Kind::Guarded];

    /// The first kind for which a requirement makes sense.
    fn of(requirement: &Requirement) -> Kind {
        Kind::ALL.into_iter().find(|kind| !kind.is_skipped(requirement)).unwrap_or(Kind::Open)
    }

    /// Whether a requirement makes no sense for it.
    fn is_skipped(self, requirement: &Requirement) -> bool {
        requirement.rule.needs.iter().any(|need| match need {
            Need::Push | Need::Referrers => false,
            Need::DeleteTags | Need::DeleteManifests | Need::DeleteBlobs => self == Kind::Keeping,
            Need::KeepTags | Need::KeepManifests | Need::KeepBlobs => self != Kind::Keeping,
            Need::Login => self != Kind::Guarded,
        })
    }
}

/// The report on a registry with some faults.
async fn report(version: SpecVersion, kind: Kind, faulty: &[Fault]) -> Report {
    let faults: Faults = faulty.iter().copied().collect();
    let deletes = kind != Kind::Keeping;
    let credentials = Credentials { username: "somebody".to_owned(), password: "secret".to_owned() };
    let access = (kind == Kind::Guarded).then(|| Access {
        token_lifetime: Duration::from_secs(if faulty.is_empty() { 1 } else { 60 }),
        ..Access::new(Scheme::Bearer, [credentials.clone()])
    });
    let settings = Settings {
        version,
        faults,
        access,
        delete_tags: deletes,
        delete_manifests: deletes,
        delete_blobs: deletes,
        ..Settings::default()
    };
    let registry = Arc::new(Registry::new(settings));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(serve::serve(registry, listener));
    let base = format!("http://{address}").parse().expect("a URL");
    let connection = Connection { credentials: Some(credentials), ..Connection::new(base) };
    let client = Client::new(connection).expect("a client");
    let mut plan = Plan::new(version);
    // They send megabytes, and no fault but their own touches them.
    plan.except = HEAVY.map(str::to_owned).into();
    plan.except
        .retain(|id| !faulty.is_empty() && !faulty.iter().any(|fault| fault.0.starts_with(id.as_str())));
    let report = suite::run(client, &plan).await;
    server.abort();
    report
}

/// The newest version in which a requirement is in force: it asks for the most.
fn newest(requirement: &Requirement) -> Option<SpecVersion> {
    SpecVersion::ALL.into_iter().rfind(|&version| requirement.rule.grade.at(version).is_some())
}

/// What is not as it should be: with these faults exactly their requirements are broken, and what
/// is blocked is blocked by them.
async fn prove(version: SpecVersion, kind: Kind, faults: &[Fault]) -> Vec<String> {
    let report = report(version, kind, faults).await;
    let is_faulty =
        |id: &str| faults.iter().any(|fault| fault.0.rsplit_once('/').is_some_and(|of| of.0 == id));
    let is_as_wanted = |checked: &Checked| {
        let id = checked.requirement.id.as_str();
        match &checked.outcome {
            Outcome::Fail | Outcome::Warn => is_faulty(id),
            Outcome::Recorded | Outcome::Pass => {
                !is_faulty(id) || !checked.findings.is_empty() || is_masked(id, faults)
            }
            Outcome::Blocked { by, .. } => is_faulty(by) && (!is_faulty(id) || faults.len() > 1),
            Outcome::Skip(_) => kind.is_skipped(checked.requirement),
            Outcome::Inconclusive(_) | Outcome::Error(_) => false,
        }
    };
    let shows = report
        .results
        .iter()
        .any(|checked| is_faulty(&checked.requirement.id) && !checked.findings.is_empty());
    let silent = (!faults.is_empty() && !shows).then(|| format!("  {faults:?} does not show"));
    let wrong = report.results.iter().filter(|checked| !is_as_wanted(checked)).map(|checked| {
        let findings = checked.findings.iter().map(|finding| {
            format!("\n    {}, wanted {}: {}", finding.found, finding.wanted, finding.exchange.curl())
        });
        let findings: String = findings.collect();
        format!("  {} is {:?} with {faults:?}{findings}", checked.requirement.id, checked.outcome)
    });
    wrong.chain(silent).collect()
}

/// Faults that keep another from showing at all, without keeping it from being checked: the one that
/// does, the one that is not seen, and why.
const MASKS: [(&str, &str, &str); 1] = [(
    "discovery/referrers-artifact-type/missing",
    "discovery/referrers-index-type/invented",
    "what one invents the other leaves out again",
)];

/// Whether one of two faults keeps the other, which is of the requirement `id`, from showing.
fn is_masked(id: &str, faults: &[Fault]) -> bool {
    let is_of = |fault: &Fault| fault.0.rsplit_once('/').is_some_and(|of| of.0 == id);
    let masks = |by: &Fault, of: &Fault| MASKS.iter().any(|mask| (by.0, of.0) == (mask.0, mask.1));
    match faults {
        [first, second] => is_of(first) && masks(second, first) || is_of(second) && masks(first, second),
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_registry_conforms() {
    for version in SpecVersion::ALL {
        for kind in Kind::ALL {
            let problems = prove(version, kind, &[]).await;
            assert!(problems.is_empty(), "{version}, {kind:?}:\n{}", problems.join("\n"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_breaks_its_own_requirement_and_no_other() {
    let mut wrong = Vec::new();
    for (requirement, fault) in faults() {
        if let Some(version) = newest(requirement) {
            wrong.extend(prove(version, Kind::of(requirement), &[fault]).await);
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_of_faults_break_their_two_requirements() {
    let all: Vec<(&Requirement, Fault)> =
        faults().filter(|(requirement, _)| Kind::of(requirement) == Kind::Open).collect();
    let seed: u64 = std::env::var("SEAWORTHY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let factor = std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let pairs: usize = PAIRS * factor;
    let bytes = seeded(&format!("pairs/{seed}"), 8 * pairs);
    let mut choices = Choices::new(&bytes);
    let mut wrong = Vec::new();
    for _ in 0..pairs {
        let (first, second) = (*choices.pick(&all), *choices.pick(&all));
        // A requirement of old versions only meets none of the dev version.
        if let (Some(version), true) = (newest(first.0), newest(first.0) == newest(second.0)) {
            wrong.extend(prove(version, Kind::Open, &[first.1, second.1]).await);
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

/// Requirements that the reference registry cannot be made to break, and why.
const FAULTLESS: &[(&str, &str)] =
    &[("discovery/tags-odd-parameters", "whatever is answered is right, and 5xx is common/no-server-errors")];

#[test]
fn every_requirement_has_a_fault() {
    for requirement in all() {
        let (id, rule) = (&requirement.id, requirement.rule);
        let is_excepted = FAULTLESS.iter().any(|(excepted, _)| excepted == id);
        assert_eq!(
            rule.faults.is_empty(),
            is_excepted,
            "{id}: a fault to catch, or an exception with its reason"
        );
        for fault in rule.faults {
            let name = fault.0.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let is_of_it = name.is_some_and(|name| !name.is_empty() && !name.contains('/'));
            assert!(is_of_it, "{} is not of {id}", fault.0);
        }
        assert!(newest(requirement).is_some(), "{id} is never in force");
        assert!(
            requirement.says.ends_with('.') && requirement.says.len() > 20,
            "{id}: {:?}",
            requirement.says
        );
        let anchor = rule.section.split_once(".md#");
        assert!(anchor.is_some_and(|(_, anchor)| !anchor.is_empty()), "{id}: section {:?}", rule.section);
    }
}
