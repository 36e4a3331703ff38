//! The comparison bites: a reader with one mistake is told apart, by the archive made for it and with what
//! is odd about that; the same reader without a mistake is not.

use seaworthy_generators::layer::{Layer, archive, directory, file, hard_link, pax_header, symlink, with};
use seaworthy_image::tar::write::{BLOCK, END};
use seaworthy_image::tar::{Dialect, EntryKind};
use seaworthy_readers::{Difference, Limits, Listed, Listing, Reference, compare};

/// What a reader gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    Nothing,
    SizeOfHeader,
    PathOfHeader,
    FirstRecordHolds,
    ReadsPastTheEnd,
    StopsBeforeTheEnd,
    NoChecksums,
    DataOfDirectories,
    LinksAreFiles,
    TargetsWithoutDots,
    RefusesLinks,
    ContentShifted,
}

/// A reader of ustar headers and the records `path` and `size`.
struct Simple<'a>(Mistake, &'a [u8]);

impl Simple<'_> {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        let (mut path, mut size) = (None, None);
        let mut at = 0;
        let block = |at: &mut usize| {
            let block = self.1.get(*at..*at + BLOCK);
            *at += BLOCK;
            block
        };
        while let Some(header) = block(&mut at) {
            let is_end = header.iter().all(|byte| *byte == 0);
            if is_end && self.0 == Mistake::ReadsPastTheEnd {
                continue;
            }
            if is_end || (self.0 == Mistake::StopsBeforeTheEnd && listing.entries.len() == 1) {
                break;
            }
            let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
            let checksum: u64 = header[148..156].iter().map(|byte| u64::from(*byte)).sum();
            if self.0 != Mistake::NoChecksums && octal(&header[148..156]) != sum - checksum + 8 * 32 {
                listing.refusal = Some("a wrong checksum".to_owned());
                break;
            }
            let mut length = octal(&header[124..136]);
            let has_data = !matches!(header[156], b'1'..=b'6');
            if header[156] == b'x' {
                let data = &self.1[at..at + length as usize];
                for record in String::from_utf8_lossy(data).lines() {
                    let (keyword, value) = record.split_once(' ').unwrap().1.split_once('=').unwrap();
                    let slot = if keyword == "path" { &mut path } else { &mut size };
                    if slot.is_none() || self.0 != Mistake::FirstRecordHolds {
                        *slot = Some(value.to_owned());
                    }
                }
            } else {
                let size = size.take().filter(|_| self.0 != Mistake::SizeOfHeader);
                length = size.map_or(length, |size| size.parse().unwrap());
                let name = path.take().filter(|_| self.0 != Mistake::PathOfHeader);
                let name = name.unwrap_or_else(|| text(&header[..100]));
                listing.entries.push(self.entry(header, &name, length, at));
                if header[156] == b'2' && self.0 == Mistake::RefusesLinks {
                    listing.entries.pop();
                    listing.refusal = Some("a link".to_owned());
                    break;
                }
                if !has_data && self.0 != Mistake::DataOfDirectories {
                    length = 0;
                }
            }
            at += length.next_multiple_of(BLOCK as u64) as usize;
        }
        listing
    }

    fn entry(&self, header: &[u8], path: &str, size: u64, at: usize) -> Listed {
        let kind = match header[156] {
            b'1' if self.0 == Mistake::LinksAreFiles => EntryKind::File,
            b'1' => EntryKind::HardLink,
            b'2' => EntryKind::Symlink,
            b'5' => EntryKind::Directory,
            _ => EntryKind::File,
        };
        let mut link = text(&header[157..257]);
        if self.0 == Mistake::TargetsWithoutDots {
            link = link.replace("../", "");
        }
        let at = at + usize::from(self.0 == Mistake::ContentShifted);
        let content = self.1.get(at..at + size as usize).unwrap_or_default();
        Listed::new(path.as_bytes(), kind, size, link.as_bytes()).with_content(content, 1 << 20)
    }
}

fn octal(field: &[u8]) -> u64 {
    let digits = field.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0, |value, digit| value * 8 + u64::from(digit - b'0'))
}

fn text(field: &[u8]) -> String {
    field.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect()
}

/// An archive for each mistake, and what has to be said of the reader that makes it.
fn cases() -> Vec<(Mistake, Vec<u8>, Difference, &'static [&'static str])> {
    let of = |members: Vec<_>| archive(&members, Dialect::Ustar);
    let hidden = || {
        let mut hidden = of(vec![file("smuggled", "s\n")]);
        hidden.truncate(2 * BLOCK);
        hidden
    };
    let carrier = with(file("carrier", hidden()), |entry| entry.size = 0);
    let two_sizes = of(vec![pax_header(b'x', &[("size", b"1024")]), carrier, file("after", "")]);
    let record = |name: &'static [u8]| pax_header(b'x', &[("path", name)]);
    let renamed = of(vec![record(b"by-record"), file("by-header", "")]);
    let twice = of(vec![pax_header(b'x', &[("path", b"first"), ("path", b"second")]), file("f", "")]);
    let after = [of(vec![file("one", "1")]), of(vec![file("two", "2")])].concat();
    let two = of(vec![file("one", "1"), file("two", "2")]);
    let mut damaged = two.clone();
    damaged[2 * BLOCK] ^= 1;
    let directory = with(directory("carrier/"), |entry| entry.size = 1024);
    let mut with_data = of(vec![directory]);
    with_data.truncate(BLOCK);
    let with_data = [with_data, hidden(), of(vec![file("after", "")])].concat();
    let links = of(vec![file("a", "1"), hard_link("b", "a"), symlink("c", "../a")]);
    vec![
        (Mistake::SizeOfHeader, two_sizes, Difference::Size, &["two-sizes"]),
        (Mistake::PathOfHeader, renamed, Difference::Path, &[]),
        (Mistake::FirstRecordHolds, twice, Difference::Path, &["repeated-record"]),
        (Mistake::ReadsPastTheEnd, after, Difference::More, &["entries-after-end"]),
        (Mistake::StopsBeforeTheEnd, two.clone(), Difference::Fewer, &[]),
        (Mistake::NoChecksums, damaged, Difference::Accepts, &["error/checksum"]),
        (Mistake::DataOfDirectories, with_data, Difference::Fewer, &["size-without-data"]),
        (Mistake::LinksAreFiles, links.clone(), Difference::Kind, &[]),
        (Mistake::TargetsWithoutDots, links.clone(), Difference::Link, &[]),
        (Mistake::RefusesLinks, links, Difference::Refuses, &[]),
        (Mistake::ContentShifted, two, Difference::Content, &[]),
    ]
}

#[test]
fn every_mistake_is_told_apart_and_nothing_else_is() {
    let limits = Limits::default();
    for (mistake, archive, difference, signature) in cases() {
        let reference = Reference::of(&archive, &limits);
        let right = Simple(Mistake::Nothing, &archive).list();
        assert_eq!(compare(&reference, &right), None, "the archive for {mistake:?}");
        let found = compare(&reference, &Simple(mistake, &archive).list());
        let found = found.unwrap_or_else(|| panic!("{mistake:?} is not noticed"));
        assert_eq!(
            (found.difference, &found.signature[..]),
            (difference, &to_owned(signature)[..]),
            "{found}"
        );
    }
}

fn to_owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn two_that_refuse_agree_on_what_comes_before() {
    let mut archive = Layer::new(vec![file("one", "1"), file("two", "2")]).archive();
    archive.truncate(archive.len() - END.len());
    archive[2 * BLOCK] ^= 1;
    let reference = Reference::of(&archive, &Limits::default());
    assert!(reference.listing.refusal.is_some());
    let refusing = |entries: usize| {
        let entries = reference.listing.entries[..entries].to_vec();
        Listing { entries, refusal: Some("in other words".to_owned()) }
    };
    assert_eq!(compare(&reference, &refusing(1)), None);
    assert_eq!(compare(&reference, &refusing(0)), None);
    let mut other = refusing(1);
    other.entries[0].path = b"uno".to_vec();
    assert_eq!(compare(&reference, &other).map(|found| found.difference), Some(Difference::Path));
}

#[test]
fn nothing_is_said_of_an_archive_that_is_over_a_limit() {
    let archive = Layer::new(vec![file("one", "1"), file("two", "2")]).archive();
    let mut limits = Limits::default();
    limits.archive.entries = 1;
    let reference = Reference::of(&archive, &limits);
    assert!(reference.is_limited);
    assert_eq!(compare(&reference, &Listing::default()), None);
}
