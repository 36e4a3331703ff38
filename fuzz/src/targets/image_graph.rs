//! Whole images, with faults in them: what the generator says of an image is what the rules have
//! to say of it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use seaworthy_generators::choices::Choices;
use seaworthy_generators::draft::Draft;
use seaworthy_generators::features::Features;
use seaworthy_generators::image::generate;
use seaworthy_image::layout::{HEADER, INDEX, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{Case, Class, cases};

use self::needs::NEEDS;
use crate::documents::{judged_layout, version};

/// What the cases need of an image, as the proofs of the rules have it.
#[expect(dead_code, reason = "why each is needed is checked there, and not here")]
#[path = "../../../spec-tests/rules/tests/generated/needs.rs"]
mod needs;

/// Makes an image, breaks one requirement of it and then another, and flips a bit.
///
/// # Panics
///
/// If a valid image has findings, if a fault goes unnoticed, if a second fault makes a verdict
/// better, or if a flipped bit in a blob does.
pub fn image_graph(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let version = version(&mut choices);
    let features = Features::all().swarm(&mut choices);
    let draft = generate(&mut choices, &features, version);
    let seed = choices.bytes(64).to_vec();
    let layout = draft.seal(&mut Choices::new(&seed));
    let found = broken(&layout, version);
    assert!(found.is_empty(), "a valid image of {version} breaks {found:?}");
    a_flipped_bit_is_noticed(&layout, version, &mut choices);
    faults_are_noticed(&draft, &layout, &seed, version, &mut choices);
}

/// The ids of the requirements that an image breaks.
fn broken(layout: &Memory, version: SpecVersion) -> BTreeSet<&'static str> {
    let judged = judged_layout(layout, version);
    judged.findings.iter().map(|finding| finding.requirement.id.as_str()).collect()
}

/// Flips a bit of a blob whose digest the version knows how to verify.
fn a_flipped_bit_is_noticed(layout: &Memory, version: SpecVersion, choices: &mut Choices<'_>) {
    let is_blob = |path: &str| path != HEADER && path != INDEX && path.starts_with("blobs/");
    let blobs: Vec<&String> = layout
        .files
        .iter()
        .filter(|(path, content)| is_blob(path) && !content.is_empty())
        .map(|(path, _)| path)
        .collect();
    if blobs.is_empty() {
        return;
    }
    let path = (*choices.pick(&blobs)).clone();
    let mut damaged = layout.clone();
    let Some(content) = damaged.files.get_mut(&path) else { return };
    let at = choices.below(content.len());
    content[at] ^= 1 << choices.below(8);
    let found = broken(&damaged, version);
    let names_it = |id: &&&str| ["descriptor/digest-content", "layout/blob-content"].contains(*id);
    assert!(
        found.iter().any(|id| names_it(&id)),
        "a flipped bit at {at} of {path} went unnoticed: {found:?}"
    );
}

/// Makes one invalid case on the image, then a second one on top.
fn faults_are_noticed(
    draft: &Draft,
    valid: &Memory,
    seed: &[u8],
    version: SpecVersion,
    choices: &mut Choices<'_>,
) {
    let (first, second) = (choices.pick(&INVALID), choices.pick(&INVALID));
    let Some(once) = made(first, draft, seed, version) else { return };
    let found = broken(&once, version);
    let id = first.requirement.id.as_str();
    assert!(found.contains(id), "{} in {version} breaks {found:?} and not {id}", first.id);
    // Two edits of one part, or of one within the other, can undo each other.
    if !second.is_in(version) || first.part == second.part {
        return;
    }
    let edits: Vec<_> = first.edits().into_iter().chain(second.edits()).collect();
    let twice = draft.seal_with(&edits, &mut Choices::new(seed)).filter(|twice| twice != valid);
    if let Some(twice) = twice {
        let better = broken(&twice, version).is_empty();
        assert!(!better, "{} on top of {} made the verdict better in {version}", second.id, first.id);
    }
}

/// The invalid cases that mean something on any image that has the part.
static INVALID: LazyLock<Vec<Case>> =
    LazyLock::new(|| cases().into_iter().filter(|case| case.class == Class::Invalid).collect());

/// What an input is about: the version, the fault, and the kinds of nodes in the image.
pub(crate) fn shows(bytes: &[u8]) -> BTreeSet<String> {
    let mut choices = Choices::new(bytes);
    let version = version(&mut choices);
    let features = Features::all().swarm(&mut choices);
    let draft = generate(&mut choices, &features, version);
    let seed = choices.bytes(64).to_vec();
    let mut shown: BTreeSet<String> = draft
        .nodes
        .iter()
        .map(|node| format!("{:?} {:?} {}", node.kind, node.algorithm, node.stored))
        .collect();
    let layout = draft.seal(&mut Choices::new(&seed));
    a_flipped_bit_is_noticed(&layout, version, &mut choices);
    let first = choices.pick(&INVALID);
    if made(first, &draft, &seed, version).is_some() {
        shown.insert(first.requirement.id.clone());
    }
    shown
}

/// What is wrong with the image of an input once its first fault is made; nothing if that cannot be.
pub(crate) fn one_fault(bytes: &[u8]) -> BTreeSet<&'static str> {
    let mut choices = Choices::new(bytes);
    let version = version(&mut choices);
    let features = Features::all().swarm(&mut choices);
    let draft = generate(&mut choices, &features, version);
    let seed = choices.bytes(64).to_vec();
    let case = choices.pick(&INVALID);
    made(case, &draft, &seed, version).map_or_else(BTreeSet::new, |layout| broken(&layout, version))
}

/// The case made on an image that has everything that it needs; `None` on any other.
fn made(case: &Case, draft: &Draft, seed: &[u8], version: SpecVersion) -> Option<Memory> {
    let needs = NEEDS.iter().filter(|needs| needs.ids.iter().any(|ids| case.id.starts_with(ids)));
    if !case.is_in(version) || !needs.into_iter().all(|needs| (needs.has)(draft)) {
        return None;
    }
    let layout = case.layout_of(draft, seed)?;
    // An edit that finds nothing to change says nothing.
    (Some(&layout) != case.control_of(draft, seed).as_ref()).then_some(layout)
}
