//! Nothing is left out: every normative sentence, and every entry of the catalogue of requirements,
//! is answered by a rule or by an exception with its reason.

use std::collections::BTreeMap;
use std::path::Path;

use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::all;
use seaworthy_rules::coverage::{self, DOCUMENTS, Drift};
use serde::Deserialize;

fn ids() -> Vec<&'static str> {
    all().iter().map(|requirement| requirement.id.as_str()).collect()
}

#[test]
fn every_sentence_is_answered() {
    let entries = coverage::index().expect("the index is well formed");
    let coverage = coverage::coverage(&entries, &ids());
    assert!(coverage.unclaimed.is_empty(), "unclaimed: {:#?}", coverage.unclaimed);
    assert!(coverage.unknown_rule_ids.is_empty(), "no such rule: {:?}", coverage.unknown_rule_ids);
    assert!(coverage.is_complete());
    for version in SpecVersion::ALL {
        let count = entries.iter().filter(|entry| entry.is_in(version)).count();
        assert!(count > 200, "only {count} sentences of {version}");
    }
}

/// What answers an entry of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer {
    Rule(String),
    Rules(Vec<String>),
    Exception { except: String },
}

#[test]
fn every_entry_of_the_catalogue_is_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/requirements/catalogue");
    let mut answered = 0;
    for file in std::fs::read_dir(folder).expect("the catalogue") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let answers: BTreeMap<String, Answer> = toml::from_str(&text).expect("a catalogue");
        for (entry, answer) in answers {
            let rules = match answer {
                Answer::Rule(rule) => vec![rule],
                Answer::Rules(rules) => rules,
                Answer::Exception { except } => {
                    assert!(except.len() > 10, "{entry} is excepted without a reason");
                    answered += 1;
                    continue;
                }
            };
            assert!(!rules.is_empty(), "{entry} is answered by nothing");
            for rule in rules {
                assert!(ids().contains(&rule.as_str()), "{entry} is answered by {rule}, which is no rule");
            }
            answered += 1;
        }
    }
    // As many as the catalogue has for the documents that are judged.
    assert_eq!(answered, 517);
}

/// Where a checkout of the specification is at hand, its sentences are those that are known.
/// `SEAWORTHY_SPEC_DIR` names a folder with a checkout for each version: `1.0.2`, `1.1.1`, `dev`.
#[test]
fn no_sentence_has_changed() {
    let Some(folder) = std::env::var_os("SEAWORTHY_SPEC_DIR") else {
        println!("skipped: SEAWORTHY_SPEC_DIR names no checkouts of the specification");
        return;
    };
    let entries = coverage::index().expect("the index is well formed");
    for version in SpecVersion::ALL {
        let folder = Path::new(&folder).join(version.as_str());
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let documents: Vec<(&str, String)> =
            DOCUMENTS.iter().filter_map(|&name| Some((name, read(name)?))).collect();
        assert!(!documents.is_empty(), "{} holds no documents", folder.display());
        let texts: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let drifts: Vec<Drift> = coverage::compare(&entries, version, &texts);
        assert!(drifts.is_empty(), "{version}: {drifts:#?}");
    }
}
