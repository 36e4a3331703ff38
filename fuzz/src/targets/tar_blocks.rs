//! Any bytes as a tar archive: our reader against the `tar` crate, and against what our writer makes
//! of what was read.

use std::io::{self, BufReader, Read};

use seaworthy_image::tar::write::Writer;
use seaworthy_image::tar::{BLOCK, Dialect, EntryKind, Limits, Member, Reader};

/// Small bounds: what is larger than an input is no use here.
const LIMITS: Limits = Limits { entries: 500, name: 4096, pax: 1 << 14, regions: 200 };

/// How much of one entry's content is looked at: a sparse file of a few blocks can be as large as any.
const CONTENT: u64 = 1 << 20;

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
/// written and read again, or if the `tar` crate sees other entries where nothing is odd.
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
        agrees_with_the_tar_crate(bytes, &listing);
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

fn agrees_with_the_tar_crate(bytes: &[u8], listing: &Listing) {
    let mut archive = tar::Archive::new(bytes);
    let Ok(entries) = archive.entries() else { panic!("only the tar crate objects to the whole archive") };
    let mut theirs = Vec::new();
    for entry in entries {
        match entry {
            Ok(mut entry) => {
                let path = entry.path_bytes().into_owned();
                let mut content = Vec::new();
                let read = entry.by_ref().take(CONTENT).read_to_end(&mut content).is_ok();
                theirs.push((
                    path,
                    entry.header().entry_type(),
                    entry.raw_header_position(),
                    read.then_some(content),
                ));
            }
            // It is stricter in places: it refuses numbers that are left blank, for one.
            Err(_) => return,
        }
    }
    let is_sparse = listing.members.iter().any(|member| member.sparse.is_some());
    if is_sparse {
        return;
    }
    assert_eq!(theirs.len(), listing.members.len(), "the tar crate sees another number of entries");
    for ((member, content), (path, kind, header, their_content)) in
        listing.members.iter().zip(&listing.contents).zip(theirs)
    {
        assert_eq!(member.entry.path, path, "the tar crate sees another path");
        assert_eq!(member.position.header, header, "the tar crate sees another place");
        let same = match member.entry.kind {
            EntryKind::File => kind.is_file() || kind.is_contiguous(),
            EntryKind::HardLink => kind.is_hard_link(),
            EntryKind::Symlink => kind.is_symlink(),
            EntryKind::CharDevice => kind.is_character_special(),
            EntryKind::BlockDevice => kind.is_block_special(),
            EntryKind::Directory => kind.is_dir(),
            EntryKind::Fifo => kind.is_fifo(),
            EntryKind::Other(flag) => kind.as_byte() == flag,
        };
        assert!(same, "the tar crate sees another type: {kind:?}, {member:?}");
        if let (EntryKind::File, Ok(content), Some(their_content)) =
            (member.entry.kind, content, their_content)
        {
            assert_eq!(content, &their_content, "the tar crate sees another content");
        }
    }
}
