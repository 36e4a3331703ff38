//! What the reference reader lists, and what it finds odd.

use seaworthy_image::tar::{self, Reader};

use crate::listing::{Listed, Listing};
use crate::oddity;

/// How far archives are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The bounds of the reference reader. No reader lists more entries than one above its own.
    pub archive: tar::Limits,
    /// The largest content that is compared, in bytes: a sparse file of a few blocks can be as large as any.
    pub content: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        // Some 200 bytes of each entry are kept.
        let archive = tar::Limits { entries: 500_000, ..tar::Limits::default() };
        Limits { archive, content: 1 << 20 }
    }
}

/// What the reference reader makes of an archive: the measure of all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it lists.
    pub listing: Listing,
    /// Whether it stopped at a limit of ours, so that nothing can be said of other readers.
    pub is_limited: bool,
    /// What is odd about each entry, and last what is odd about the end, or the error. Mostly nothing
    /// is, so only those that have something are here, each with its place.
    oddities: Vec<(usize, Vec<String>)>,
}

impl Reference {
    /// Reads an archive.
    pub fn of(archive: &[u8], limits: &Limits) -> Reference {
        let mut reader = Reader::new(archive, limits.archive);
        let mut listing = Listing::default();
        let (mut oddities, mut is_limited) = (Vec::new(), false);
        loop {
            let at = listing.entries.len();
            match reader.next_member() {
                Ok(Some(item)) => {
                    let names = oddity::of_member(item.member);
                    if !names.is_empty() {
                        oddities.push((at, names));
                    }
                    let entry = &item.member.entry;
                    let listed = Listed::new(&entry.path, entry.kind, entry.size, &entry.link);
                    listing.entries.push(listed.with_content(item.content(), limits.content));
                }
                Ok(None) => {
                    let end = reader.end().map_or(&[][..], |end| &end.anomalies);
                    let names: Vec<String> = end.iter().map(|one| oddity::of_anomaly(&one.kind)).collect();
                    if !names.is_empty() {
                        oddities.push((at, names));
                    }
                    break;
                }
                Err(error) => {
                    is_limited = error.kind.is_limit();
                    let end = reader.end().map_or(&[][..], |end| &end.anomalies);
                    let names = end.iter().map(|one| oddity::of_anomaly(&one.kind));
                    oddities.push((at, names.chain([oddity::of_error(&error.kind).to_owned()]).collect()));
                    listing.refusal = Some(error.to_string());
                    break;
                }
            }
        }
        Reference { listing, is_limited, oddities }
    }

    /// What is odd about the archive up to and including an entry, the nearest first. The entry after
    /// the last one is the end.
    pub fn oddities_until(&self, entry: usize) -> Vec<&str> {
        let until = self.oddities.iter().rev().filter(|(at, _)| *at <= entry);
        until.flat_map(|(_, names)| names.iter().map(String::as_str)).collect()
    }

    /// What is odd about one entry; the one after the last is the end.
    pub fn oddities_at(&self, entry: usize) -> Vec<&str> {
        let here = self.oddities.iter().filter(|(at, _)| *at == entry);
        here.flat_map(|(_, names)| names.iter().map(String::as_str)).collect()
    }
}
