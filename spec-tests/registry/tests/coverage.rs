//! Nothing is left out: every normative sentence, and every entry of the catalogue of requirements,
//! is answered by a requirement or by an exception with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use seaworthy_registry::{SpecVersion, all, coverage};
use seaworthy_rules::coverage::{Claim, Drift, compare, coverage as held_against};
use serde::Deserialize;

fn ids() -> Vec<&'static str> {
    all().iter().map(|requirement| requirement.id.as_str()).collect()
}

#[test]
fn every_sentence_is_answered() {
    let entries = coverage::index().expect("the index is well formed");
    let found = held_against(&entries, &ids());
    assert!(found.unclaimed.is_empty(), "unclaimed: {:#?}", found.unclaimed);
    assert!(found.unknown_rule_ids.is_empty(), "no such requirement: {:?}", found.unknown_rule_ids);
    assert!(found.is_complete());
    for (version, least) in SpecVersion::ALL.into_iter().zip([90, 160, 190]) {
        let count = entries.iter().filter(|entry| entry.is_in(version)).count();
        assert!(count >= least, "only {count} sentences of {version}");
    }
}

/// What answers an entry of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer {
    One(String),
    Several(Vec<String>),
    Exception { except: String },
}

#[test]
fn every_entry_of_the_catalogue_is_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/requirements/catalogue-registry");
    let (mut answered, mut named) = (0, BTreeSet::new());
    for file in std::fs::read_dir(folder).expect("the catalogue") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        let answers: BTreeMap<String, Answer> = toml::from_str(&text).expect("a catalogue");
        answered += answers.len();
        for (entry, answer) in answers {
            let requirements = match answer {
                Answer::One(requirement) => vec![requirement],
                Answer::Several(requirements) => requirements,
                Answer::Exception { except } => {
                    assert!(except.len() > 10, "{entry} is excepted without a reason");
                    continue;
                }
            };
            assert!(!requirements.is_empty(), "{entry} is answered by nothing");
            for id in requirements {
                assert!(ids().contains(&id.as_str()), "{entry} is answered by {id}, which is no requirement");
                named.insert(id);
            }
        }
    }
    assert_eq!(answered, 186);
    let entries = coverage::index().expect("the index is well formed");
    for entry in entries {
        if let Claim::Rules(rules) = entry.claim {
            named.extend(rules);
        }
    }
    for id in ids() {
        assert!(named.contains(id), "{id} answers neither a sentence nor an entry of the catalogue");
    }
}

/// Where a checkout of the specification is at hand, its sentences are those that are known.
/// `SEAWORTHY_DISTRIBUTION_SPEC_DIR` names a folder with a checkout for each version: `1.0.1`, `1.1.1`, `dev`.
#[test]
fn no_sentence_has_changed() {
    let Some(folder) = std::env::var_os("SEAWORTHY_DISTRIBUTION_SPEC_DIR") else {
        println!("skipped: SEAWORTHY_DISTRIBUTION_SPEC_DIR names no checkouts of the specification");
        return;
    };
    let entries = coverage::index().expect("the index is well formed");
    for version in SpecVersion::ALL {
        let path = Path::new(&folder).join(version.as_str()).join("spec.md");
        let text = std::fs::read_to_string(&path).expect("the specification");
        let drifts: Vec<Drift<SpecVersion>> = compare(&entries, version, &[("spec.md", &text)]);
        assert!(drifts.is_empty(), "{version}: {drifts:#?}");
    }
}
