use std::collections::BTreeSet;

use seaworthy_image::digest::digest_of;

use super::*;

#[test]
fn every_family_has_a_twin_that_is_preserved() {
    let mut ids = BTreeSet::new();
    for family in FAMILIES {
        assert!(ids.insert(family.id), "two families are {}", family.id);
        let preserved = family.cases.iter().filter(|case| case.expect == Expect::Preserve).count();
        assert!(preserved > 0 && preserved < family.cases.len(), "{}", family.id);
        let names: BTreeSet<&str> = family.cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), family.cases.len(), "two cases of {} have one name", family.id);
    }
}

/// How many threats there are of each kind.
const THREATS: [(&str, usize); 8] =
    [("DIG", 11), ("CFG", 10), ("TAR", 25), ("EXT", 25), ("WHI", 12), ("CMP", 8), ("LAY", 7), ("ART", 6)];

#[test]
fn every_threat_has_a_family_or_a_reason() {
    let rows: Vec<(&str, &str)> = include_str!("mod.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | ")?.strip_suffix(" |")?.split_once(" | "))
        .filter(|(id, _)| *id != "threat")
        .collect();
    let ids: Vec<String> = THREATS
        .iter()
        .flat_map(|(kind, count)| (1..=*count).map(move |number| format!("{kind}-{number:02}")))
        .collect();
    assert_eq!(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    let mut named = BTreeSet::new();
    for (id, text) in &rows {
        match text.strip_prefix("none: ") {
            Some(reason) => assert!(reason.len() > 20, "{id}: {reason}"),
            None => drop(named.insert(text.trim_matches('`'))),
        }
    }
    assert_eq!(named, FILES.iter().copied().collect());
    for (family, file) in FAMILIES.iter().zip(FILES) {
        let of_it = rows.iter().find(|(_, text)| text.trim_matches('`') == *file);
        let is_one = rows.contains(&(family.id, &format!("`{file}`")));
        assert!(is_one, "{} is {file}, and the table says {of_it:?}", family.id);
    }
}

#[test]
fn every_case_is_an_image_of_its_own() {
    let mut layouts = BTreeSet::new();
    let place = Place::placeholder();
    for (family, case) in FAMILIES.iter().flat_map(|family| family.cases.iter().map(move |it| (family, it))) {
        let layout = case.layout(&place);
        assert!(layout.files.len() + layout.others.len() > 2, "{}/{}", family.id, case.name);
        // Some are large: what tells them apart is kept, and not they themselves.
        let digests: Vec<_> = layout
            .files
            .into_iter()
            .map(|(path, bytes)| (path, digest_of(Algorithm::Sha256, &bytes)))
            .collect();
        let archive = case.archive().map(|bytes| digest_of(Algorithm::Sha256, &bytes));
        let is_new = layouts.insert((digests, layout.others, archive));
        assert!(is_new, "{}/{} is another one too", family.id, case.name);
    }
}

/// Where a program works is watched as well.
#[test]
fn absolute_targets_lead_to_the_canary_alone() {
    let place = Place::placeholder();
    for case in FAMILIES.iter().flat_map(|family| family.cases) {
        for member in case.layers(&place).into_iter().flatten().flatten() {
            let link = &member.entry.link;
            let is_ours = [&place.canary[..], b"/etc/ports", b"/proc/self/cwd", b"/proc/thread-self/cwd"]
                .iter()
                .any(|ours| link.starts_with(ours));
            assert!(!link.starts_with(b"/") || is_ours, "{}: {}", case.name, link.escape_ascii());
        }
    }
}
