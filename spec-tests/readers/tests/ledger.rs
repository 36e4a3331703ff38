//! The ledger: its form, whom it explains, and that it is about the libraries that are built in.

use std::path::Path;

use seaworthy_readers::{Difference, Disagreement, Ledger, crates, ledger};

const TEXT: &str = r#"
[versions]
x = "1"
y = "2"

[[disagreement]]
oddity = "two-sizes"
difference = "size"
readers = ["x", "y"]
does = "it goes by the header"
standard = "the record holds"
right = "reference"
example = "safety/tar-01/record-alone"

[[disagreement]]
oddity = "nothing"
difference = "refuses"
readers = ["x"]
does = "it refuses"
standard = "it has to read it"
right = "reference"
example = "a/b/c"
"#;

fn disagreement(difference: Difference, oddities: &[&str]) -> Disagreement {
    let oddities: Vec<String> = oddities.iter().map(|&name| name.to_owned()).collect();
    Disagreement {
        difference,
        entry: 0,
        ours: None,
        theirs: None,
        refusal: None,
        signature: oddities.clone(),
        oddities,
    }
}

#[test]
fn a_disagreement_is_explained_by_reader_difference_and_oddity() {
    let ledger = Ledger::parse(TEXT).unwrap();
    let check = |reader, difference, oddities: &[&str], wanted| {
        assert_eq!(
            ledger.explain(reader, &disagreement(difference, oddities)),
            wanted,
            "{reader} {oddities:?}"
        );
    };
    check("x", Difference::Size, &["two-sizes"], Some(0));
    check("y", Difference::Size, &["padding", "two-sizes"], Some(0));
    check("z", Difference::Size, &["two-sizes"], None);
    check("x", Difference::More, &["two-sizes"], None);
    check("x", Difference::Size, &["padding"], None);
    check("x", Difference::Refuses, &[], Some(1));
    check("x", Difference::Refuses, &["padding"], None);
    check("y", Difference::Refuses, &[], None);
}

#[test]
fn a_ledger_of_another_form_is_refused() {
    let check = |from: &str, to: &str, wanted: &str| {
        let error = Ledger::parse(&TEXT.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    };
    check("y = \"2\"", "", "y in the entry on two-sizes has no version");
    check("[\"x\", \"y\"]", "[\"x\", \"x\"]", "x stands in two entries on two-sizes, size");
    check("\"size\"", "\"colour\"", "colour");
    check("\"reference\"", "\"me\"", "me");
    check("example", "sample", "sample");
}

#[test]
fn the_committed_ledger_is_about_the_libraries_that_are_built_in() {
    let ledger = Ledger::parse(ledger::COMMITTED).unwrap();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    for reader in crates::ALL {
        let (name, version) = (reader.name(), reader.version());
        let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&locked), "{name} is locked in another version than {version}");
        assert_eq!(ledger.versions.get(name).map(String::as_str), Some(version), "{name}");
    }
}
