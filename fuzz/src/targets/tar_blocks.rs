//! Any bytes as a tar archive: our reader against three others, and against what our writer makes of
//! what was read.

use std::io::{self, BufReader, Read};
use std::sync::LazyLock;

use seaworthy_image::tar::write::Writer;
use seaworthy_image::tar::{BLOCK, Dialect, EntryKind, Limits, Member, Reader};
use seaworthy_readers::{Difference, Ledger, Reference, compare, crates, ledger};

/// Small bounds: what is larger than an input is no use here.
const LIMITS: Limits = Limits { entries: 500, name: 4096, pax: 1 << 14, regions: 200 };

/// How much of one entry's content is looked at: a sparse file of a few blocks can be as large as any.
const CONTENT: u64 = 1 << 20;

/// What is known of readers that see something else.
static LEDGER: LazyLock<Ledger> =
    LazyLock::new(|| Ledger::parse(ledger::COMMITTED).expect("the tests read the same"));

/// What was read of an archive.
#[derive(Debug, PartialEq, Eq)]
struct Listing {
    members: Vec<Member>,
    contents: Vec<Result<Vec<u8>, String>>,
    error: Option<String>,
    is_odd: bool,
}

/// Reads bytes as an archive.
///
/// # Panics
///
/// If a place lies outside, if it matters how the bytes arrive, if an entry does not survive being
/// written and read again, or if another reader sees other entries where nothing is odd, and the ledger
/// of disagreements does not know of it.
pub fn tar_blocks(bytes: &[u8]) {
    let listing = list(bytes);
    let piecemeal = list(BufReader::with_capacity(7, bytes));
    assert_eq!(listing, piecemeal, "it matters how the bytes arrive");
    places_are_inside(bytes, &listing);
    for (member, content) in listing.members.iter().zip(&listing.contents) {
        if let Ok(content) = content {
            survives(member, content);
        }
    }
    if listing.error.is_none() && !listing.is_odd {
        agrees_with(crates::ALL, bytes);
        places_are_those_of_the_tar_crate(bytes, &listing);
    }
}

fn list(source: impl io::BufRead) -> Listing {
    let mut reader = Reader::new(source, LIMITS);
    let (mut members, mut contents, mut error) = (Vec::new(), Vec::new(), None);
    loop {
        match reader.next_member() {
            Ok(Some(item)) => {
                members.push(item.member.clone());
                let mut content = Vec::new();
                let read = item.content().take(CONTENT).read_to_end(&mut content);
                contents.push(read.map(|_| content).map_err(|error| error.to_string()));
            }
            Ok(None) => break,
            Err(failed) => {
                error = Some(failed.to_string());
                break;
            }
        }
    }
    let end = reader.end().cloned().unwrap_or_default();
    assert_eq!(end.entries, members.len() as u64, "the count of entries");
    let is_odd = !end.anomalies.is_empty() || members.iter().any(|member| !member.anomalies.is_empty());
    assert!(reader.next_member().is_ok_and(|next| next.is_none()), "an entry after the end");
    Listing { members, contents, error, is_odd }
}

fn places_are_inside(bytes: &[u8], listing: &Listing) {
    let mut after = 0;
    for (index, member) in listing.members.iter().enumerate() {
        let position = member.position;
        assert_eq!(position.index, index as u64, "{member:?}");
        assert!(after <= position.start && position.start <= position.header, "{member:?}");
        assert!(position.header < position.data && position.data <= bytes.len() as u64, "{member:?}");
        assert!(position.header.is_multiple_of(BLOCK as u64), "{member:?}");
        assert!(member.anomalies.iter().all(|anomaly| anomaly.offset <= bytes.len() as u64), "{member:?}");
        assert!(
            member.entry.mode <= 0o7777 && member.entry.modified.nanoseconds < 1_000_000_000,
            "{member:?}"
        );
        assert!(member.entry.path.len() <= LIMITS.name + LIMITS.pax, "{member:?}");
        after = position.data;
    }
}

/// Writes an entry in every dialect that has room for it, and reads it again.
fn survives(member: &Member, content: &[u8]) {
    let entry = &member.entry;
    // A file whose name ends in a slash is read as a directory with data, and a directory that is
    // written has none.
    let has_data = matches!(entry.kind, EntryKind::File | EntryKind::Other(_));
    if content.len() as u64 != entry.size || entry.path.len() > 1024 || (!has_data && entry.size > 0) {
        return;
    }
    for dialect in Dialect::ALL {
        let mut writer = Writer::new(Vec::new(), dialect);
        if writer.append(entry, content).is_err() {
            continue;
        }
        let archive = writer.finish().expect("memory can be written");
        let again = list(&archive[..]);
        let [read] = &again.members[..] else {
            panic!("{dialect}: {} entries of {entry:?}", again.members.len())
        };
        // What cannot be told in a dialect, like a file whose name ends in a slash, is odd there.
        if read.anomalies.is_empty() {
            assert_eq!(&read.entry, entry, "as {dialect}");
            assert_eq!(again.contents[0].as_deref(), Ok(content), "as {dialect}");
        }
    }
}

/// Other readers may be stricter: the `tar` crate refuses numbers that are left blank, for one. What they do
/// list has to be the same.
fn agrees_with(readers: &[&dyn seaworthy_readers::Reader], bytes: &[u8]) {
    let limits = seaworthy_readers::Limits { archive: LIMITS, content: CONTENT };
    let reference = Reference::of(bytes, &limits);
    for reader in readers {
        let Some(found) = compare(&reference, &reader.list(bytes, &limits)) else { continue };
        let is_known = LEDGER.explain(reader.name(), &found).is_some();
        assert!(is_known || found.difference == Difference::Refuses, "{} {found}", reader.name());
    }
}

fn places_are_those_of_the_tar_crate(bytes: &[u8], listing: &Listing) {
    let mut archive = tar::Archive::new(bytes);
    let Ok(entries) = archive.entries() else { return };
    for (entry, member) in entries.zip(&listing.members) {
        let Ok(entry) = entry else { return };
        assert_eq!(member.position.header, entry.raw_header_position(), "the tar crate sees another place");
    }
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::layer::{Layer, file};
    use seaworthy_readers::crates::{self, Tar};
    use seaworthy_readers::{Limits, Listing, Reader};

    use super::agrees_with;

    /// The `tar` crate, without the last entry.
    struct Short;

    impl Reader for Short {
        fn name(&self) -> &'static str {
            "tar"
        }

        fn version(&self) -> &'static str {
            Tar.version()
        }

        fn list(&self, archive: &[u8], limits: &Limits) -> Listing {
            let mut listing = Tar.list(archive, limits);
            listing.entries.pop();
            listing
        }
    }

    #[test]
    fn readers_that_see_the_same_agree() {
        agrees_with(crates::ALL, &Layer::new(vec![file("a", "1"), file("b", "2")]).archive());
    }

    #[test]
    #[should_panic(expected = "tar lists fewer entries at entry 1: the end; the reference: - 1 b")]
    fn a_reader_that_sees_less_does_not() {
        agrees_with(&[&Short], &Layer::new(vec![file("a", "1"), file("b", "2")]).archive());
    }
}
