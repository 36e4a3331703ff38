//! Unpackers as subjects: the tree that comes out is compared with the one that has to, by careless
//! unpackers that make one mistake each, and by the programs that are installed here.

use std::sync::Arc;

use seaworthy::confine::Methods;
use seaworthy::outcome::Outcome;
use seaworthy::process::Confiner;
use seaworthy::subjects::careless::Mistake;
use seaworthy::subjects::program::Program;
use seaworthy::subjects::{Subject, careless, reference};
use seaworthy::suite::safety::{self, Threat};
use seaworthy::suite::{self, CaseResult, Prepared, SubjectReport};
use seaworthy::verdict::Verdict;
use seaworthy_generators::choices::Choices;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

fn confiner() -> Arc<Confiner> {
    Arc::new(Confiner::with(SEAWORTHY, Methods::default()))
}

fn plain() -> Memory {
    Shape::Image.draft().seal(&mut Choices::new(&[]))
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
    suite::run(&subjects, cases, threats, SpecVersion::V1_1_1, 2, &|_, _| ()).remove(0)
}

fn is_caught(result: &CaseResult) -> bool {
    matches!(result.verdict, Verdict::Fail | Verdict::Unsafe)
}

#[test]
fn without_a_mistake_nothing_is_caught() {
    let (cases, threats) = everything();
    let report = report(None, &cases, &threats);
    let wrong = |result: &&CaseResult| is_caught(result) || result.verdict == Verdict::Error;
    let wrong: Vec<_> = report.results.iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let passed = report.results.iter().filter(|result| result.verdict == Verdict::Pass).count();
    assert!(passed > threats.len() / 2, "{passed} passed");
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

#[test]
fn the_reference_passes_everything() {
    let (cases, threats) = everything();
    let subjects: Vec<Box<dyn Subject>> = vec![Box::new(reference::unpacker(&confiner()).unwrap())];
    let report = suite::run(&subjects, &cases, &threats, SpecVersion::V1_1_1, 2, &|_, _| ()).remove(0);
    assert!(report.version.is_ok(), "{:?}", report.version);
    let is_fine = |verdict| matches!(verdict, Verdict::Pass | Verdict::Recorded | Verdict::Skip);
    let wrong: Vec<_> = report.results.iter().filter(|result| !is_fine(result.verdict)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
