//! A layout is judged the same wherever it is kept: in memory, in a directory, in an archive.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;

use proptest::prelude::*;
use proptest::sample::select;
use seaworthy::storage::{Archive, Directory, Limits};
use seaworthy_generators::features::Features;
use seaworthy_generators::strategy::layouts;
use seaworthy_image::graph;
use seaworthy_image::layout::{EntryKind, Memory, Storage};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, case, judge};

/// Everything that judging comes to, as text.
fn judged(storage: &dyn Storage, version: SpecVersion) -> String {
    let entries = storage.entries().map(|mut entries| {
        entries.sort();
        entries
    });
    // One thread, so that nothing but the storage can make a difference.
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    let judged = judge::layout(storage, None, version, &limits);
    format!("{entries:?}\n{judged:#?}")
}

fn directory(layout: &Memory, folder: &Path) -> Directory {
    for (path, content) in &layout.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    for (path, kind) in &layout.others {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match kind {
            EntryKind::Directory => fs::create_dir_all(path).unwrap(),
            EntryKind::Link => symlink("elsewhere", path).unwrap(),
            EntryKind::Special => drop(std::os::unix::net::UnixListener::bind(path).unwrap()),
            EntryKind::File => unreachable!("a file has content"),
        }
    }
    Directory::open(folder).unwrap()
}

fn archive(layout: &Memory) -> Archive {
    let mut builder = tar::Builder::new(tempfile::tempfile().unwrap());
    let mut add = |path: &str, kind: tar::EntryType, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_entry_type(kind);
        builder.append_data(&mut header, path, content).unwrap();
    };
    for (path, kind) in &layout.others {
        let kind = match kind {
            EntryKind::Directory => tar::EntryType::Directory,
            EntryKind::Link => tar::EntryType::Symlink,
            _ => tar::EntryType::Fifo,
        };
        add(path, kind, b"");
    }
    for (path, content) in &layout.files {
        add(path, tar::EntryType::Regular, content);
    }
    Archive::open(builder.into_inner().unwrap(), Limits::default()).unwrap()
}

#[track_caller]
fn same_everywhere(layout: &Memory, version: SpecVersion, about: &str) {
    let wanted = judged(layout, version);
    let folder = tempfile::tempdir().unwrap();
    let directory = directory(layout, folder.path());
    assert_eq!(judged(&directory, version), wanted, "in a directory: {about}");
    assert_eq!(judged(&archive(layout), version), wanted, "in an archive: {about}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_images_are_judged_the_same_everywhere(
        sample in layouts(Features::all(), SpecVersion::Dev),
        version in select(&SpecVersion::ALL[..]),
    ) {
        same_everywhere(&sample.layout, version, "a random image");
    }
}

#[test]
fn every_case_is_judged_the_same_everywhere() {
    let cases = case::cases();
    let compare = |case: &Case| {
        let version = SpecVersion::ALL.into_iter().rev().find(|&version| case.is_in(version)).unwrap();
        same_everywhere(&case.layout(), version, &case.id);
    };
    thread::scope(|scope| {
        for half in cases.chunks(cases.len().div_ceil(2)) {
            scope.spawn(move || half.iter().for_each(compare));
        }
    });
}
