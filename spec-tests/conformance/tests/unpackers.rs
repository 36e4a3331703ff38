//! Unpackers as subjects: the tree that comes out is compared with the one that has to, by careless
//! unpackers that make one mistake each, and by the programs that are installed here.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use seaworthy::confine::Methods;
use seaworthy::outcome::Outcome;
use seaworthy::process::Confiner;
use seaworthy::report::{Difference, of_test};
use seaworthy::subjects::careless::Mistake;
use seaworthy::subjects::program::Program;
use seaworthy::subjects::{Subject, careless, reference};
use seaworthy::suite::safety::{self, Threat};
use seaworthy::suite::{self, CaseResult, Prepared, SubjectReport};
use seaworthy::verdict::Verdict;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

fn confiner() -> Arc<Confiner> {
    Arc::new(Confiner::with(SEAWORTHY, Methods::default()))
}

fn plain() -> Memory {
    Shape::Image.layout().clone()
}

fn is_in_full() -> bool {
    std::env::var_os("SEAWORTHY_CASES").is_some()
}

/// The cases that show what an unpacker does, and the whole battery.
fn everything() -> (Vec<Prepared>, Vec<Threat>) {
    let only =
        ["layer/", "descriptor/digest-content", "descriptor/size-content", "config/diff"].map(str::to_owned);
    (suite::prepare(SpecVersion::V1_1_1, &only, None), safety::threats(&[]))
}

fn report(mistake: Option<&Mistake>, cases: &[Prepared], threats: &[Threat]) -> SubjectReport {
    let unpacker = careless::unpacker(mistake, &confiner()).unwrap();
    let subjects: Vec<Box<dyn Subject>> = vec![Box::new(unpacker)];
    suite::run(&subjects, cases, threats, SpecVersion::V1_1_1, 2, &|_| ()).remove(0)
}

fn is_caught(result: &CaseResult) -> bool {
    matches!(result.verdict, Verdict::Fail | Verdict::Unsafe)
}

/// By none of the cases that are made for mistakes; with SEAWORTHY_CASES by none at all.
#[test]
fn without_a_mistake_nothing_is_caught() {
    let (mut cases, mut threats) = everything();
    if !is_in_full() {
        let is_made_for_one = |id: &str| CAUGHT_BY.iter().any(|(_, case)| *case == id);
        cases.retain(|case| is_made_for_one(&case.case.id));
        threats.retain(|threat| is_made_for_one(&threat.id()));
    }
    let report = report(None, &cases, &threats);
    let wrong = |result: &&CaseResult| is_caught(result) || result.verdict == Verdict::Error;
    let wrong: Vec<_> = report.results.iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let passed = report.results.iter().filter(|result| result.verdict == Verdict::Pass).count();
    let least = if is_in_full() { threats.len() / 2 } else { report.results.len() };
    assert!(passed >= least, "{passed} of {}", report.results.len());
}

/// Every mistake is caught by the case that is made for it. With SEAWORTHY_CASES every case is run, and all
/// that catch it are printed.
#[test]
fn every_mistake_is_caught() {
    let (all_cases, all_threats) = everything();
    let in_full = is_in_full();
    let catch = |mistake: &Mistake| {
        let made_for = CAUGHT_BY.iter().find(|(name, _)| *name == mistake.name).map(|(_, id)| *id);
        let runs = |id: &str| in_full || Some(id) == made_for;
        let cases: Vec<_> = all_cases.iter().filter(|case| runs(&case.case.id)).cloned().collect();
        let threats: Vec<_> = all_threats.iter().filter(|threat| runs(&threat.id())).copied().collect();
        let report = report(Some(mistake), &cases, &threats);
        let caught: Vec<_> = report.results.iter().filter(|r| is_caught(r)).map(|r| r.id.as_str()).collect();
        if in_full {
            eprintln!("{}: {}", mistake.name, caught.join(" "));
        }
        let is_missed = made_for.is_none_or(|id| !caught.contains(&id));
        is_missed.then(|| format!("{} by {made_for:?}: {:?}", mistake.name, report.results))
    };
    // A run of one case is mostly waiting.
    let (rest, missed) = (Mutex::new(careless::ALL.iter()), Mutex::new(Vec::new()));
    let work = || {
        while let Some(mistake) = { rest.lock().unwrap().next() } {
            missed.lock().unwrap().extend(catch(mistake));
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The case that is made for each mistake.
const CAUGHT_BY: &[(&str, &str)] = &[
    ("keeps-whiteouts", "layer/whiteout-removes/of-a-file"),
    ("whiteout-in-own-layer", "layer/whiteout-lower-only/after-a-file"),
    ("whiteout-of-files-only", "layer/whiteout-removes/of-a-directory"),
    ("keeps-opaque", "layer/opaque-hides-all/every-child"),
    ("opaque-in-order", "layer/opaque-anywhere/last"),
    ("opaque-removes-directory", "layer/opaque-name/in-a-directory"),
    ("skips-top-layer", "layer/stack-order/one-file-in-every-layer"),
    ("reverses-layers", "layer/stack-order/one-file-in-every-layer"),
    ("first-member-only", "layer/compression/several-members"),
    ("accepts-truncated", "safety/tar-18/cut-in-content"),
    ("ignores-pax-paths", "layer/relative-paths/longer-than-its-field"),
    ("lower-case-names", "layer/unique-paths/upper-and-lower-case"),
    ("wraps-owners", "layer/user-id/ordinary"),
    ("drops-owners", "layer/user-id/ordinary"),
    ("drops-set-id", "layer/mode/set-user-id"),
    ("masks-modes", "layer/mode/everybody"),
    ("drops-times", "layer/modification-time/of-a-directory-with-files"),
    ("times-too-early", "layer/modification-time/of-a-directory-with-files"),
    ("keeps-directory-attributes", "layer/directory-over-directory/mode"),
    ("writes-into-files", "layer/replaced-otherwise/one-of-two-names"),
    ("keeps-directories", "layer/replaced-otherwise/file-over-a-directory"),
    ("copies-hard-links", "layer/hard-links/to-a-file"),
    ("fifo-as-file", "safety/ext-16/fifo-alone"),
    ("rewrites-links", "layer/symlink-target/absolute"),
    ("follows-links-in-paths", "safety/ext-02/file-through-an-absolute-link"),
    ("follows-links-at-the-end", "safety/ext-04/over-a-symlink"),
    ("follows-links-for-modes", "safety/ext-05/mode-through-a-symlink"),
    ("follows-links-for-whiteouts", "safety/whi-03/of-a-file"),
    ("leaves-by-dots", "safety/ext-01/parents"),
    ("follows-links-before-slashes", "safety/ext-11/slash-and-dot"),
    ("links-from-where-it-works", "safety/ext-09/file-in-the-working-directory"),
    ("splits-records-at-lines", "safety/tar-05/record-in-a-value"),
    ("joins-every-prefix", "safety/tar-14/magic-of-gnu"),
    ("reads-past-the-end", "safety/cmp-01/second-archive-in-the-stream"),
    ("takes-any-window", "safety/cmp-02/two-gibibytes"),
    ("ignores-checksums", "safety/cmp-05/wrong-checksum"),
    ("hashes-archives-only", "safety/dig-04/time-in-the-gzip-header"),
    ("trusts-unknown-algorithms", "safety/dig-03/unknown"),
    ("opens-anything", "safety/ext-22/layer-as-a-fifo"),
    ("keeps-part-of-a-tree", "safety/ext-23/last-layer-altered"),
    ("prints-names", "safety/ext-19/control-characters"),
    ("goes-by-names-of-images", "safety/lay-03/absolute-path"),
    ("goes-by-titles", "safety/art-01/absolute-path"),
];

#[test]
fn a_report_lists_what_is_wrong_with_a_tree() {
    let (mut cases, _) = everything();
    cases.retain(|case| case.case.id == "layer/mode/everybody");
    let mistake = careless::ALL.iter().find(|mistake| mistake.name == "masks-modes");
    assert!(mistake.is_some());
    let reported = of_test::subject(&report(mistake, &cases, &[]));
    let [result] = &reported.results[..] else { panic!("{reported:?}") };
    assert_eq!(result.verdict, Verdict::Fail);
    // Nothing else is wrong with it, and what the unbroken twin gets wrong, too, is left out.
    let [difference] = &result.differences[..] else { panic!("{result:?}") };
    assert_eq!((difference.aspect.as_str(), difference.wanted.as_str()), ("mode", "0777"), "{difference:?}");
    let Difference { path, wanted, found, .. } = difference;
    assert_eq!(result.words, format!("{path}: has mode {found}, not {wanted}"));
}

/// What programs get wrong in the plain image.
const KNOWN: [(&str, &str); 1] = [("python-tarfile", "lib: was modified when it was unpacked")];

#[test]
fn the_plain_image_comes_out_right() {
    let careful = careless::unpacker(None, &confiner()).unwrap();
    assert_eq!(careful.run(&plain(), SpecVersion::V1_1_1), Outcome::accepted());
    let mut ran = Vec::new();
    for program in Program::all(&confiner()).unwrap() {
        if program.role() == Role::Unpacker && program.version().is_ok() {
            let outcome = program.run(&plain(), SpecVersion::V1_1_1);
            let is_known =
                KNOWN.iter().any(|(name, words)| *name == program.name() && outcome.words().contains(words));
            assert!(is_known || outcome == Outcome::accepted(), "{}: {outcome:?}", program.name());
            ran.push(program.name().to_owned());
        }
    }
    eprintln!("installed here: {}", ran.join(", "));
}

/// A sixth of the cases, other ones each day; with SEAWORTHY_CASES all of them.
#[test]
fn the_reference_passes_everything() {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let mut turns = (days..).map(|turn| is_in_full() || turn.is_multiple_of(6));
    let mut has_its_day = || turns.next() == Some(true);
    let (mut cases, mut threats) = everything();
    cases.retain(|_| has_its_day());
    threats.retain(|_| has_its_day());
    // The reference also reads the configuration.
    cases.extend(suite::prepare(SpecVersion::V1_1_1, &["config/rootfs-type".to_owned()], None));
    let subjects: Vec<Box<dyn Subject>> = vec![Box::new(reference::unpacker(&confiner()).unwrap())];
    let report = suite::run(&subjects, &cases, &threats, SpecVersion::V1_1_1, 2, &|_| ()).remove(0);
    assert!(report.version.is_ok(), "{:?}", report.version);
    let is_fine = |verdict| matches!(verdict, Verdict::Pass | Verdict::Recorded | Verdict::Skip);
    let wrong: Vec<_> = report.results.iter().filter(|result| !is_fine(result.verdict)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
