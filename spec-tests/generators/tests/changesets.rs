//! What has to hold between two ways of saying one thing: changesets in every dialect and compression, in
//! another order, in two layers, with opaque whiteouts or explicit ones, and made anew from what they lead
//! to.
//!
//! `SEAWORTHY_CASES=10` tries ten times as many changesets.

use std::cell::Cell;

use seaworthy_generators::changeset::{raw, valid, wild};
use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::features::Features;
use seaworthy_generators::layer::{Packing, archive, file};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::{Content, Limits, Member, NodeId, Tree, apply, compare, diff, path};
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::{Dialect, EntryKind, Reader};
use seaworthy_image::{layer, tar};

/// Calls `check` with choices of its own for each of so many cases, times the factor.
fn each(name: &str, count: usize, check: impl Fn(usize, &mut Choices<'_>)) {
    let factor = std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    for number in 0..count * factor {
        let bytes = seeded(&format!("{name} {number}"), 2048);
        check(number, &mut Choices::new(&bytes));
    }
}

fn applied(lower: &Tree, members: &[Member]) -> Tree {
    apply(lower.clone(), members, &Limits::default()).expect("a small changeset").tree
}

/// A changeset, and the tree that it is for.
fn with_lower(choices: &mut Choices<'_>) -> (Tree, Vec<Member>) {
    let features = Features { advice: true, ..Features::all() };
    let lower = applied(&Tree::new(), &valid(choices, &features, &Tree::new()));
    let lower = applied(&lower, &valid(choices, &features, &lower));
    let members = valid(choices, &features, &lower);
    (lower, members)
}

fn assert_same(one: &Tree, two: &Tree, about: &str, members: &[Member]) {
    let differences = compare(one, two, 5);
    assert!(differences.is_empty(), "{about}: {differences:?} with {members:#?}");
}

/// What is read of an archive.
fn read(archive: &[u8]) -> Vec<Member> {
    let mut reader = Reader::new(archive, tar::Limits::default());
    let mut members = Vec::new();
    while let Some(item) = reader.next_member().expect("an archive that can be read") {
        let entry = item.member.entry.clone();
        let content = Content::read(item.content(), usize::MAX).expect("memory can be read");
        members.push(Member { entry, content });
    }
    members
}

fn is_whiteout(member: &Member) -> bool {
    let name = member.entry.path.rsplit(|&byte| byte == b'/').next();
    name.is_some_and(|name| name.starts_with(path::WHITEOUT_PREFIX))
}

#[test]
fn every_dialect_holds_the_same_changeset() {
    each("dialects", 150, |number, choices| {
        let (lower, members) = with_lower(choices);
        let wanted = applied(&lower, &members);
        for dialect in Dialect::ALL {
            let read = read(&archive(&members, dialect));
            assert_same(&applied(&lower, &read), &wanted, &format!("{number}, {dialect}"), &members);
        }
    });
}

#[test]
fn every_compression_keeps_the_diff_id() {
    each("compressions", 60, |number, choices| {
        let (_, members) = with_lower(choices);
        let archive = archive(&members, *choices.pick(&Dialect::ALL));
        let wanted = digest_of(Algorithm::Sha256, &archive);
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            for flavour in 0..4 {
                let mut cuts: Vec<usize> =
                    (0..choices.below(4)).map(|_| choices.below(archive.len())).collect();
                cuts.sort_unstable();
                let packed = Packing { compression, flavour, cuts }.pack(&archive);
                let limits = layer::Limits::default();
                let layer = layer::read(&packed[..], None, &[Algorithm::Sha256], &limits, &mut |_, _| {});
                let layer = layer.expect("memory can be read");
                assert_eq!(layer.diff_ids, Some(vec![wanted.clone()]), "{number}, {compression:?} {flavour}");
                assert_eq!(layer.stream.compression, compression);
            }
        }
    });
}

#[test]
fn the_order_of_independent_entries_does_not_matter() {
    each("order", 300, |number, choices| {
        let (lower, mut members) = with_lower(choices);
        let wanted = applied(&lower, &members);
        // Hard links come after their targets; everything else is free, whiteouts among them.
        members.reverse();
        members.sort_by_key(|member| member.entry.kind == EntryKind::HardLink);
        assert_same(&applied(&lower, &members), &wanted, &format!("{number}, reversed"), &members);
        members.sort_by_key(|member| (is_whiteout(member), member.entry.kind == EntryKind::HardLink));
        assert_same(&applied(&lower, &members), &wanted, &format!("{number}, whiteouts last"), &members);
    });
}

#[test]
fn a_layer_may_be_split_in_two() {
    each("split", 300, |number, choices| {
        let (lower, members) = with_lower(choices);
        let wanted = applied(&lower, &members);
        for at in 0..=members.len() {
            let (first, second) = members.split_at(at);
            let found = applied(&applied(&lower, first), second);
            assert_same(&found, &wanted, &format!("{number}, split at {at}"), &members);
        }
    });
}

#[test]
fn an_opaque_whiteout_equals_explicit_ones() {
    let tried = Cell::new(0);
    each("opaque", 300, |number, choices| {
        let (lower, mut members) = with_lower(choices);
        members.retain(|member| !is_whiteout(member));
        lower.walk(|directory, id: NodeId| {
            let Some(children) = lower.node(id).children() else { return };
            let explicit = children.keys().map(|name| {
                let marker = [path::WHITEOUT_PREFIX, name].concat();
                file(path::join(directory, &marker), "")
            });
            tried.set(tried.get() + usize::from(!children.is_empty()));
            let explicit: Vec<Member> = explicit.chain(members.clone()).collect();
            let opaque = file(path::join(directory, path::OPAQUE_WHITEOUT), "");
            let opaque: Vec<Member> = members.iter().cloned().chain([opaque]).collect();
            let about = format!("{number}, {}", directory.escape_ascii());
            assert_same(&applied(&lower, &opaque), &applied(&lower, &explicit), &about, &members);
        });
    });
    assert!(tried.get() > 300, "{tried:?}");
}

#[test]
fn the_difference_of_two_trees_leads_from_one_to_the_other() {
    each("difference", 400, |number, choices| {
        let is_wild = number % 2 == 1;
        let (lower, members) = match is_wild {
            true => (applied(&Tree::new(), &wild(choices)), wild(choices)),
            false => with_lower(choices),
        };
        let upper = applied(&lower, &members);
        let changeset = diff(&lower, &upper).expect("no name is reserved");
        assert_same(&applied(&lower, &changeset), &upper, &format!("{number}, anew"), &members);
        // And through an archive, as far as archives go.
        if !is_wild {
            let read = read(&archive(&changeset, Dialect::Pax));
            assert_same(&applied(&lower, &read), &upper, &format!("{number}, read again"), &members);
        }
    });
}

#[test]
fn a_reader_comes_to_an_end_whatever_the_blocks_say() {
    let (whole, broken) = (Cell::new(0), Cell::new(0));
    each("blocks", 1500, |_, choices| {
        let mut archive = archive(&wild(choices), *choices.pick(&Dialect::ALL));
        raw::edit(&mut archive, choices);
        let mut reader = Reader::new(&archive[..], tar::Limits::default());
        let mut members = Vec::new();
        let is_whole = loop {
            match reader.next_member() {
                Ok(Some(item)) => {
                    let member = Member { entry: item.member.entry.clone(), content: Content::default() };
                    members.push(member);
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        applied(&Tree::new(), &members);
        let outcome = if is_whole { &whole } else { &broken };
        outcome.set(outcome.get() + 1);
    });
    assert!(whole.get() > 100 && broken.get() > 100, "{whole:?} were read to the end, {broken:?} were not");
}
