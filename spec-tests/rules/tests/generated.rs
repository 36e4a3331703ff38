//! The proofs on random images: every generated image is clean, and every mutation breaks what it
//! says it breaks whatever image it is made on.
//!
//! `SEAWORTHY_CASES=10` makes ten times as many images.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::draft::Draft;
use seaworthy_generators::features::Features;
use seaworthy_generators::image::generate;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{self, Case, Class};

mod common;
use common::{broken, findings, show};

/// How many times more images than by default.
fn factor() -> usize {
    std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

fn draft(features: &Features, bytes: &[u8], version: SpecVersion) -> Draft {
    let mut choices = Choices::new(bytes);
    let features = features.clone().swarm(&mut choices);
    generate(&mut choices, &features, version)
}

fn sample(features: &Features, seed: &str, version: SpecVersion) -> Memory {
    let bytes = seeded(seed, 2048);
    let mut choices = Choices::new(&bytes);
    let features = features.clone().swarm(&mut choices);
    generate(&mut choices, &features, version).seal(&mut choices)
}

/// The problems counted by what they are about, and the first few of each.
fn report(problems: Vec<(String, String)>) {
    let count = problems.len();
    let mut sorted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    problems.into_iter().for_each(|(of, problem)| sorted.entry(of).or_default().push(problem));
    let mut text = String::new();
    for (of, problems) in sorted {
        text += &format!("  {of}, {} times, first:\n{}\n", problems.len(), problems[0]);
    }
    assert!(text.is_empty(), "{count} problems:\n{text}");
}

#[test]
fn generated_images_are_clean() {
    let mut problems = Vec::new();
    for version in SpecVersion::ALL {
        for number in 0..1500 * factor() {
            let seed = format!("clean {version} {number}");
            let layout = sample(&Features::all(), &seed, version);
            for finding in findings(&layout, version) {
                let text = format!("    {seed:?}:{}", show(&[finding.clone()]));
                problems.push((format!("{} in {version}", finding.requirement.id), text));
            }
        }
    }
    report(problems);
}

#[test]
fn advice_is_all_that_advised_images_break() {
    let mut problems = Vec::new();
    let features = Features { advice: true, ..Features::all() };
    for version in SpecVersion::ALL {
        for number in 0..500 * factor() {
            let seed = format!("advice {version} {number}");
            let layout = sample(&features, &seed, version);
            for finding in findings(&layout, version).into_iter().filter(|finding| finding.level.is_error()) {
                let text = format!("    {seed:?}:{}", show(&[finding.clone()]));
                problems.push((format!("{} in {version}", finding.requirement.id), text));
            }
        }
    }
    report(problems);
}

/// What a mutation came to on one image.
enum Tried {
    /// It broke what it should.
    AsWanted,
    /// The image lacks the part, or the edit changed nothing there.
    DoesNotFit,
    Problem(String),
}

/// Makes a case's edit on a random image.
fn on_image(case: &Case, seed: &str, version: SpecVersion, features: &Features) -> Tried {
    let bytes = seeded(seed, 2048);
    let draft = draft(features, &bytes, version);
    let choices = &bytes[..256];
    let made = catch_unwind(AssertUnwindSafe(|| {
        Some((case.layout_of(&draft, choices)?, case.control_of(&draft, choices)?))
    }));
    let (layout, control) = match made {
        Ok(Some(made)) => made,
        Ok(None) => return Tried::DoesNotFit,
        Err(_) => return Tried::Problem(format!("    {seed:?}: the edit panicked")),
    };
    if layout == control {
        return Tried::DoesNotFit;
    }
    let found = findings(&layout, version);
    let of_control = findings(&control, version);
    let as_wanted = match case.class {
        Class::Valid => found.is_empty(),
        Class::Invalid => broken(&found).iter().eq([&case.requirement.id.as_str()]),
        Class::Unclear => !found.iter().any(|finding| finding.level.is_error()),
    };
    if as_wanted && of_control.is_empty() {
        return Tried::AsWanted;
    }
    let shown = show(&found);
    Tried::Problem(format!("    {seed:?}:{shown}\n    control:{}", show(&of_control)))
}

#[test]
fn each_mutation_breaks_its_own_requirement_on_any_image() {
    let features = Features::all();
    let wanted = 8 * factor();
    let mut problems = Vec::new();
    let mut tried_on_none = Vec::new();
    for case in case::cases() {
        for version in SpecVersion::ALL.into_iter().filter(|&version| case.is_in(version)) {
            let mut fitting = 0;
            for number in 0..40 * factor() {
                let seed = format!("{} {version} {number}", case.id);
                match on_image(&case, &seed, version, &features) {
                    Tried::AsWanted => {}
                    Tried::DoesNotFit => continue,
                    Tried::Problem(text) => {
                        problems.push((format!("{} ({}) in {version}", case.id, case.class.as_str()), text))
                    }
                }
                fitting += 1;
                if fitting == wanted {
                    break;
                }
            }
            if fitting == 0 {
                tried_on_none.push(format!("{} in {version}", case.id));
            }
        }
    }
    println!("fits no image: {tried_on_none:#?}");
    report(problems);
}
