//! The committed inputs: seeds that can be made again, and regressions that stay fixed.
//!
//! `SEAWORTHY_SEEDS=write cargo test -p seaworthy-fuzz --test corpus` makes the seeds anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use seaworthy_fuzz::{seeds, targets};

/// How much all seeds together may take: they are read by everyone who clones the repository.
const MOST_BYTES: usize = 3 << 20;

const INDEX: &str = "index.tsv";

fn corpus(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus").join(folder)
}

/// Every file below a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(
                self::files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)),
            );
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

/// The seeds as they ought to be, with the index that says where each comes from.
fn made() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut index =
        String::from("# Made by fuzz/tests/corpus.rs. Target, file, bytes, what it was made from.\n");
    // All targets at the same time: choosing seeds takes most of this test.
    let all: Vec<_> = thread::scope(|scope| {
        let made: Vec<_> =
            targets::ALL.iter().map(|target| (target, scope.spawn(|| seeds::of(target)))).collect();
        made.into_iter().map(|(target, seeds)| (target, seeds.join().expect("seeds"))).collect()
    });
    for (target, mut seeds) in all {
        seeds.sort_by_key(seeds::Seed::name);
        for seed in seeds {
            let (name, length) = (seed.name(), seed.bytes.len());
            index += &format!("{}\t{name}\t{length}\t{}\n", target.name, seed.origin);
            files.insert(format!("{}/{name}", target.name), seed.bytes);
        }
    }
    files.insert(INDEX.to_owned(), index.into_bytes());
    files
}

#[test]
fn seeds_are_those_that_the_generators_make() {
    let (folder, made) = (corpus("seeds"), made());
    if std::env::var("SEAWORTHY_SEEDS").is_ok_and(|value| value == "write") {
        let _ = fs::remove_dir_all(&folder);
        for (path, bytes) in &made {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let committed = files(&folder);
    let differ: Vec<&String> = made
        .iter()
        .filter(|(path, bytes)| committed.get(*path) != Some(*bytes))
        .map(|(path, _)| path)
        .chain(committed.keys().filter(|path| !made.contains_key(*path)))
        .collect();
    assert!(
        differ.is_empty(),
        "{} files differ, such as {:?}; see the head of fuzz/tests/corpus.rs",
        differ.len(),
        differ[0]
    );
    let bytes: usize = committed.values().map(Vec::len).sum();
    assert!(bytes <= MOST_BYTES, "the seeds take {bytes} bytes");
    for target in targets::ALL {
        let count = committed.keys().filter(|path| path.starts_with(&format!("{}/", target.name))).count();
        assert!(count >= 10, "{} has {count} seeds", target.name);
    }
}

/// Each regression is listed, says what it was, and does no harm any more.
#[test]
fn regressions_stay_fixed() {
    let folder = corpus("regressions");
    let index = fs::read_to_string(folder.join(INDEX)).unwrap();
    let mut listed = BTreeSet::new();
    for line in index.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [target, file, was, broke, fixed] = columns[..] else { panic!("not five columns: {line:?}") };
        assert!([was, broke, fixed].iter().all(|text| text.len() > 10), "says too little: {line:?}");
        let run = targets::find(target).unwrap_or_else(|| panic!("no such target: {line:?}")).run;
        run(&fs::read(folder.join(target).join(file)).unwrap_or_else(|error| panic!("{line:?}: {error}")));
        assert!(listed.insert(format!("{target}/{file}")), "listed twice: {line:?}");
    }
    let mut files = files(&folder);
    files.remove(INDEX);
    assert!(files.into_keys().eq(listed), "a regression without a line in {INDEX}, or a line without one");
}

/// What libFuzzer is told is in a file for each target, and the entry points are listed.
#[test]
fn every_target_has_limits_and_an_entry_point() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(crate_folder.join("Cargo.toml")).unwrap();
    for target in targets::ALL {
        let path = crate_folder.join("fuzz_targets").join(target.name);
        let options = fs::read_to_string(path.with_extension("options")).unwrap();
        assert!(options.starts_with("[libfuzzer]\n"), "{}", target.name);
        for wanted in ["max_len=", "timeout=", "rss_limit_mb="] {
            let value = options.lines().find_map(|line| line.strip_prefix(wanted));
            assert!(value.is_some_and(|value| value.parse::<u32>().is_ok()), "{}: {wanted}", target.name);
        }
        if let Some(dictionary) = options.lines().find_map(|line| line.strip_prefix("dict=")) {
            words(&fs::read_to_string(crate_folder.join("..").join(dictionary)).unwrap());
        }
        let entry_point = fs::read_to_string(path.with_extension("rs")).unwrap();
        assert_eq!(entry_point.lines().count(), 3, "{}", target.name);
        assert!(entry_point.contains(&format!("entry_point!({});", target.name)));
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{}.rs\"", target.name)));
    }
    let count = fs::read_dir(crate_folder.join("fuzz_targets")).unwrap().count();
    assert_eq!(count, 2 * targets::ALL.len());
}

/// Each line of a dictionary is a comment, or text in quotes with the escapes that libFuzzer has.
fn words(dictionary: &str) {
    for line in dictionary.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let inside = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
        let inside = inside.unwrap_or_else(|| panic!("not in quotes: {line}"));
        let mut rest = inside;
        while let Some((_, after)) = rest.split_once('\\') {
            let escape = after.strip_prefix(['\\', '"']);
            let byte = || after.strip_prefix('x').and_then(|hex| hex.get(2..));
            rest = escape
                .or_else(byte)
                .unwrap_or_else(|| panic!("an escape that libFuzzer does not know: {line}"));
        }
        assert!(!rest.contains('"'), "a quote inside: {line}");
    }
}
