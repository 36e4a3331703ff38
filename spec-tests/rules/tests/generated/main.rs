//! The proofs on random images: every generated image is clean, and every mutation breaks what it
//! says it breaks whatever image it is made on.
//!
//! `SEAWORTHY_CASES=10` makes ten times as many images.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::draft::Draft;
use seaworthy_generators::features::Features;
use seaworthy_generators::strategy::Sample;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{self, Case};

#[path = "../common/mod.rs"]
mod common;
mod needs;

use common::{findings, is_as_wanted, show};
use needs::{NEEDS, Needs};

/// How many times more images than by default.
fn factor() -> usize {
    std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

fn sample(seed: &str, features: &Features, version: SpecVersion) -> Sample {
    Sample::new(seeded(seed, 2048), features, version)
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
        for number in 0..750 * factor() {
            let seed = format!("clean {version} {number}");
            let layout = sample(&seed, &Features::all(), version).layout;
            for finding in findings(&layout, version) {
                let text = format!("    {seed:?}:{}", show(std::slice::from_ref(&finding)));
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
        for number in 0..250 * factor() {
            let seed = format!("advice {version} {number}");
            let layout = sample(&seed, &features, version).layout;
            for finding in findings(&layout, version).into_iter().filter(|finding| finding.level.is_error()) {
                let text = format!("    {seed:?}:{}", show(std::slice::from_ref(&finding)));
                problems.push((format!("{} in {version}", finding.requirement.id), text));
            }
        }
    }
    report(problems);
}

/// A random image, sealed as it is.
struct Random {
    seed: String,
    draft: Draft,
    choices: Vec<u8>,
    control: Memory,
}

/// Random images of a version, the same for every case.
fn pool(version: SpecVersion, size: usize) -> Vec<Random> {
    let random = |number| {
        let seed = format!("pool {version} {number}");
        let draft = sample(&seed, &Features::all(), version).draft;
        let choices = seeded(&format!("{seed} sealed"), 512);
        let control = draft.seal(&mut Choices::new(&choices));
        Random { seed, draft, choices, control }
    };
    (0..size).map(random).collect()
}

/// What is wrong with a case on an image; `None` if it says nothing of the case, because the
/// image lacks the part, or the edit changes nothing in it.
fn problem(case: &Case, image: &Random, version: SpecVersion) -> Option<Result<(), String>> {
    if !image.draft.has(case.part) {
        return None;
    }
    let edit = || {
        let control = case.mutation.after.map(|_| case.control_of(&image.draft, &image.choices));
        Some((case.layout_of(&image.draft, &image.choices)?, control.unwrap_or(None)))
    };
    let Ok(made) = catch_unwind(AssertUnwindSafe(edit)) else {
        return Some(Err(format!("    {:?}: the edit panicked", image.seed)));
    };
    let (layout, after) = made?;
    let control = after.as_ref().unwrap_or(&image.control);
    if layout == *control {
        return None;
    }
    let found = findings(&layout, version);
    let of_control = after.as_ref().map_or(Vec::new(), |control| findings(control, version));
    if is_as_wanted(case, &found) && of_control.is_empty() {
        return Some(Ok(()));
    }
    Some(Err(format!("    {:?}:{}\n    control:{}", image.seed, show(&found), show(&of_control))))
}

/// Makes every case on a few random images each.
fn each_mutation_breaks_its_own_requirement(version: SpecVersion) {
    let pool = pool(version, 150 * factor());
    let mut problems = Vec::new();
    let (mut cases, mut images) = (0, 0);
    for (at, case) in case::cases().iter().enumerate().filter(|(_, case)| case.is_in(version)) {
        let needs: Vec<&Needs> =
            NEEDS.iter().filter(|needs| needs.ids.iter().any(|ids| case.id.starts_with(ids))).collect();
        let random = pool.iter().cycle().skip(at % pool.len()).take(pool.len());
        let fitting = random.filter(|image| needs.iter().all(|needs| (needs.has)(&image.draft)));
        let results: Vec<_> =
            fitting.filter_map(|image| problem(case, image, version)).take(3 * factor()).collect();
        cases += usize::from(!results.is_empty());
        images += results.len();
        let about = format!("{} ({}) in {version}", case.id, case.class.as_str());
        problems.extend(results.into_iter().filter_map(Result::err).map(|text| (about.clone(), text)));
    }
    println!("{version}: {cases} cases on {images} images");
    report(problems);
}

/// What a mutation needs is really needed: on some image without it, it fails.
#[test]
fn needs_are_needed() {
    let pools = SpecVersion::ALL.map(|version| (version, pool(version, 2000)));
    let cases = case::cases();
    let is_needed = |needs: &Needs, ids: &str| {
        let about: Vec<&Case> = cases.iter().filter(|case| case.id.starts_with(ids)).collect();
        pools.iter().any(|(version, pool)| {
            let lacking = pool.iter().filter(|image| !(needs.has)(&image.draft));
            let tried = lacking.flat_map(|image| about.iter().map(move |case| (image, case)));
            let mut tried = tried.filter(|(_, case)| case.is_in(*version));
            tried.any(|(image, case)| matches!(problem(case, image, *version), Some(Err(_))))
        })
    };
    for needs in NEEDS {
        for ids in needs.ids {
            assert!(is_needed(needs, ids), "{ids} do not need this any more: {}", needs.why);
        }
    }
}

#[test]
fn each_mutation_breaks_its_own_requirement_in_1_0_2() {
    each_mutation_breaks_its_own_requirement(SpecVersion::V1_0_2);
}

#[test]
fn each_mutation_breaks_its_own_requirement_in_1_1_1() {
    each_mutation_breaks_its_own_requirement(SpecVersion::V1_1_1);
}

#[test]
fn each_mutation_breaks_its_own_requirement_in_dev() {
    each_mutation_breaks_its_own_requirement(SpecVersion::Dev);
}
