use super::*;

const SHIP: &str = "# Hull\n\nIt MUST float. It SHOULD be red.\n\n- **mast**\n  It MAY bend.\n";

/// An index entry for each sentence of a document, in two versions and with the given claim.
fn index_of(markdown: &str, claim: &str) -> String {
    sentences::split("ship.md", markdown)
        .iter()
        .map(|sentence| {
            let keywords: Vec<&str> = sentence.keywords.iter().map(|keyword| keyword.as_str()).collect();
            format!(
                "[[sentence]]\nsection = {:?}\nproperty = {:?}\nfingerprint = {:?}\nkeywords = {keywords:?}\n\
                 versions = [\"1.1.1\", \"dev\"]\n{claim}\n",
                sentence.place(),
                sentence.property,
                sentence.fingerprint
            )
        })
        .collect()
}

fn entries() -> Vec<Entry> {
    parse(&index_of(SHIP, "rules = [\"ship/hull\"]")).expect("a good index")
}

/// Compares a document with the index of [`SHIP`]; new sentences by their text, gone ones by their keyword.
fn check_drift(markdown: &str, new: &[&str], gone: &[Keyword]) {
    let drifts = compare(&entries(), SpecVersion::V1_1_1, &[("ship.md", markdown)]);
    let (mut found_new, mut found_gone) = (Vec::new(), Vec::new());
    for drift in &drifts {
        match drift {
            Drift::New(sentence) => found_new.push(sentence.text.as_str()),
            Drift::Gone(entry) => found_gone.push(entry.keywords[0]),
        }
    }
    assert_eq!((found_new.as_slice(), found_gone.as_slice()), (new, gone), "{markdown}");
}

#[test]
fn an_unchanged_document_does_not_drift() {
    check_drift(SHIP, &[], &[]);
    check_drift(&SHIP.replace("It MUST", "Really.\n_It_\n  MUST"), &[], &[]);
}

#[test]
fn every_change_of_a_sentence_is_noticed() {
    use Keyword::{May, Must};
    check_drift(&SHIP.replace("float", "swim"), &["It MUST swim."], &[Must]);
    check_drift(&SHIP.replace("MUST", "must"), &[], &[Must]);
    check_drift(&SHIP.replace("It MUST float. ", ""), &[], &[Must]);
    check_drift(&SHIP.replace("red.", "red. It MAY sink."), &["It MAY sink."], &[]);
    check_drift(&SHIP.replace("red.", "red. It MUST float."), &["It MUST float."], &[]);
    check_drift(&SHIP.replace("mast", "flag"), &["flag It MAY bend."], &[May]);
    check_drift("", &[], &[Must, Keyword::Should, May]);
}

#[test]
fn a_sentence_under_another_heading_is_another_one() {
    let drifts = compare(&entries(), SpecVersion::Dev, &[("ship.md", &SHIP.replace("# Hull", "# Keel"))]);
    assert_eq!(drifts.len(), 6);
    assert_eq!(drifts[0].to_string(), "ship.md#keel, line 3: sentence 851c2fa0f91395e4 is not in the index");
    assert!(drifts[5].to_string().starts_with("ship.md#hull: sentence "), "{}", drifts[5]);
}

#[test]
fn only_the_entries_of_a_version_are_expected() {
    assert_eq!(compare(&entries(), SpecVersion::V1_0_2, &[]), []);
    let drifts = compare(&entries(), SpecVersion::V1_0_2, &[("ship.md", SHIP)]);
    assert!(drifts.len() == 3 && drifts.iter().all(|drift| matches!(drift, Drift::New(_))));
}

#[test]
fn coverage_counts_every_sentence_once() {
    let mut index = index_of("# A\nMUST a. MUST b.", "rules = [\"ship/hull\", \"ship/mast\"]");
    index += &index_of("# B\nMUST a.", "rules = [\"ship/gone\"]");
    index += &index_of("# C\nMUST a. MAY b. MAY c.", "except = \"explains\"");
    let entries = parse::<SpecVersion>(&index).expect("a good index");

    let all = coverage(&entries, &["ship/hull", "ship/mast", "ship/gone"]);
    assert_eq!((all.sentences, all.claimed.len(), all.excepted["explains"].len()), (6, 3, 3));
    assert!(all.is_complete());

    let some = coverage(&entries, &["ship/hull"]);
    assert_eq!((some.claimed.len(), some.unclaimed.len()), (2, 1));
    assert_eq!(some.unclaimed[0].place, "ship.md#b");
    assert_eq!(Vec::from_iter(some.unknown_rule_ids.iter().copied()), ["ship/gone", "ship/mast"]);
    assert!(!some.is_complete());

    let known = coverage(&entries, &["ship/hull", "ship/gone"]);
    assert!(
        known.unclaimed.is_empty() && !known.is_complete(),
        "an unknown id beside a known one is an error"
    );
    let old = coverage(entries.iter().filter(|entry| entry.is_in(SpecVersion::V1_0_2)), &[]);
    assert!(old.sentences == 0 && !old.is_complete(), "nothing is no proof");
}

#[test]
fn a_faulty_index_is_refused() {
    let good = index_of("It MUST float.", "except = \"because\"");
    let check = |from: &str, to: &str, expected: Fault| {
        let text = good.replace(from, to);
        match parse::<SpecVersion>(&text) {
            Err(IndexError::Entry { fault, place, .. }) => {
                assert_eq!((fault, place.as_str()), (expected, "ship.md"))
            }
            other => panic!("{other:?} for {text}"),
        }
    };
    check("except = \"because\"", "", Fault::Unaccounted);
    check("\"because\"", "\" \"", Fault::Unaccounted);
    check("except = \"because\"", "rules = []", Fault::Unaccounted);
    check("except", "rules = [\"a/b\"]\nexcept", Fault::RulesAndException);
    check("fingerprint = \"", "fingerprint = \"0", Fault::Fingerprint);
    check("fingerprint = \"", "fingerprint = \"ABCDEF0123456789\" # ", Fault::Fingerprint);
    check("\"MUST\"", "", Fault::NoKeywords);
    check("\"MUST\"", "\"must\"", Fault::UnknownKeyword("must".into()));
    check("\"1.1.1\", \"dev\"", "", Fault::Versions);
    check("\"1.1.1\", \"dev\"", "\"dev\", \"1.1.1\"", Fault::Versions);
    check("\"1.1.1\"", "\"dev\"", Fault::Versions);
    check("1.1.1", "1.1.2", Fault::UnknownVersion("1.1.2".into()));
    check("because\"", &format!("because\"\n{good}"), Fault::Twice);
    assert!(matches!(parse::<SpecVersion>("[[sentence]]"), Err(IndexError::Toml(_))));
    assert!(matches!(parse::<SpecVersion>(&good.replace("except", "expect")), Err(IndexError::Toml(_))));
    assert!(matches!(
        parse::<SpecVersion>(&good.replace("[[sentence]]", "[[sentences]]")),
        Err(IndexError::Toml(_))
    ));
}
