//! Readers of tar archives: the disagreements in the ledger are all there are, and happen.

use std::process::Command;

use seaworthy::confine::Methods;
use seaworthy::process::Confiner;
use seaworthy::readers::programs::{self, Program};
use seaworthy::readers::{Archive, Report, compare_all, corpus};
use seaworthy_generators::layer::{archive, directory, file, with};
use seaworthy_image::tar::Dialect;
use seaworthy_readers::{Difference, Ledger, Limits, ledger};

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

fn compare(archives: &[Archive], programs: &[Program], ledger: &Ledger) -> Report {
    let confiner = Confiner::with(SEAWORTHY, Methods::default());
    compare_all(archives, programs, &confiner, ledger, &Limits::default()).unwrap()
}

fn committed() -> Ledger {
    Ledger::parse(ledger::COMMITTED).unwrap()
}

/// SEAWORTHY_CASES=10 compares ten times as many random archives.
#[test]
fn the_ledger_knows_all_and_all_of_it_happens() {
    let factor = std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let mut archives = corpus::fixed();
    assert!(archives.len() > 400, "{} archives", archives.len());
    archives.extend(corpus::valid(0, 50 * factor));
    let ledger = committed();
    let report = compare(&archives, &programs::ALL, &ledger);
    let unknown: Vec<String> = report
        .unknown()
        .filter_map(|(reader, outcome)| {
            let name = &report.archives[outcome.archive].name;
            let disagreement = outcome.what.as_ref().ok()?;
            Some(format!("{}: {name}: {disagreement} {:?}", reader.name, disagreement.signature))
        })
        .collect();
    assert!(unknown.is_empty(), "not in the ledger:\n{}", unknown.join("\n"));
    let stale: Vec<String> = report.stale(&ledger).iter().map(|stale| format!("{stale:?}")).collect();
    assert!(stale.is_empty(), "in the ledger, and it does not happen:\n{}", stale.join("\n"));
    let asked = report.readers.iter().filter(|reader| reader.version.is_ok());
    eprintln!("{} archives, {} readers", archives.len(), asked.count());
}

#[test]
fn what_the_ledger_does_not_know_is_a_finding_and_what_does_not_happen_is_stale() {
    let archives = corpus::fixed();
    let mut ledger = committed();
    ledger.known.retain(|known| known.readers.iter().any(|reader| reader == "tar-core"));
    let removed = ledger.known.iter().position(|known| known.oddity == "short-end").unwrap();
    let removed = ledger.known.remove(removed);
    let mut wrong = removed.clone();
    wrong.difference = Difference::Accepts;
    ledger.known.push(wrong);
    let report = compare(&archives, &[], &ledger);
    let unknown = report.unknown().filter(|(reader, _)| reader.name == "tar-core");
    let names: Vec<_> = unknown.map(|(_, one)| &report.archives[one.archive].name).collect();
    assert_eq!(names, [&removed.example]);
    let stale = report.stale(&ledger);
    let told: Vec<_> = stale.iter().filter(|stale| stale.oddity == "short-end").collect();
    // The reader that agrees, and the example that shows nothing.
    assert_eq!((stale.len(), told.len()), (2, 2), "{stale:#?}");
    // Of another version nothing is known.
    ledger.versions.insert("tar-core".to_owned(), "0.0.1".to_owned());
    let report = compare(&archives, &[], &ledger);
    assert!(report.unknown().all(|(reader, _)| reader.name != "tar-core"));
    assert!(report.stale(&ledger).is_empty());
}

/// A directory with a size, and a whole entry in the place of its data.
fn smuggling() -> Vec<u8> {
    let hidden = archive(&[file("smuggled", "s\n")], Dialect::Ustar);
    let carrier = with(directory("carrier/"), |entry| entry.size = 1024);
    let mut bytes = archive(&[carrier], Dialect::Ustar);
    bytes.truncate(512);
    bytes.extend(&hidden[..1024]);
    bytes.extend(archive(&[file("after", "a\n")], Dialect::Ustar));
    bytes
}

fn readers(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(SEAWORTHY).arg("readers").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_user_sees_who_lists_what() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("plain.tar"), archive(&[file("a\x1b[2J", "1")], Dialect::Pax)).unwrap();
    std::fs::write(path("odd.tar"), smuggling()).unwrap();
    let (code, out, _) = readers(&[&path("plain.tar"), "-v"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("1 entry\n  - 1 a\\x1b[2J\n") && !out.contains('\x1b'), "{out}");
    assert!(out.contains("tar 0.4.46") && out.contains("lists the same"), "{out}");
    let (code, out, _) = readers(&[&path("odd.tar")]);
    assert_eq!(code, 1, "{out}");
    for wanted in ["3 entries", "lists fewer entries at entry 1: - 2 after; the reference: - 2 smuggled"] {
        assert!(out.contains(wanted), "{out}");
    }
    assert!(
        out.contains("size-without-data: ") && out.contains("(the reference follows the standard)"),
        "{out}"
    );
    let (code, out, _) = readers(&["--format", "json", &path("odd.tar")]);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["archives"][0]["entries"][1], "- 2 smuggled");
    let tar = report["readers"].as_array().unwrap().iter().find(|reader| reader["name"] == "tar").unwrap();
    assert_eq!(tar["disagreements"][0]["difference"], "fewer");
    assert_eq!(tar["disagreements"][0]["known"]["oddity"], "size-without-data");
    // Their words are told as they are, without the quotation marks of a language.
    std::fs::write(path("empty.tar"), "").unwrap();
    let (_, out, _) = readers(&[&path("empty.tar")]);
    let refuses = |line: &&str| line.contains("python-tarfile") && line.contains("refuses");
    let python = out.lines().find(refuses);
    assert!(python.is_none_or(|line| line.contains(": ReadError: empty file;")), "{out}");
    let (code, _, err) = readers(&[&path("missing.tar")]);
    assert!(code == 3 && err.contains("missing.tar"), "{code} {err}");
    let (code, out, _) = readers(&["--max-entries", "2", &path("odd.tar")]);
    assert!(code == 3 && out.contains("not compared: more entries than the limit of 2"), "{code} {out}");
    let (code, _, err) = readers(&["--seed", "1", &path("odd.tar")]);
    assert!(code == 2 && err.contains("--seed"), "{code} {err}");
}

#[test]
fn the_layers_of_real_images_are_listed_alike() {
    let images = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/images");
    let is_layout = |path: &std::path::PathBuf| path.join("index.json").is_file();
    let layouts = std::fs::read_dir(images).unwrap().map(|entry| entry.unwrap().path().join("layout"));
    let mut layouts: Vec<String> =
        layouts.filter(is_layout).map(|path| path.to_str().unwrap().to_owned()).collect();
    layouts.sort();
    // Layers of umoci end without padding, and without an end: all other readers refuse those.
    let is_unpadded = |path: &&str| path.ends_with("/umoci/layout") || path.ends_with("/umoci-repack/layout");
    let (unpadded, others): (Vec<&str>, Vec<&str>) =
        layouts.iter().map(String::as_str).partition(is_unpadded);
    let (code, out, err) = readers(&unpadded);
    assert!(code == 1 && out.contains("missing-padding: They refuse"), "{out}{err}");
    assert!(!out.contains("odd about the archive"), "not in the ledger: {out}");
    let (code, out, err) = readers(&others);
    assert_eq!(code, 0, "{out}{err}");
    let layers = out.lines().filter(|line| line.contains("/blobs/sha")).count();
    assert!(layers > 10, "{layers} layers");
}
