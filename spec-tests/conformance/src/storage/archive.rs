//! A layout in a tar archive.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use seaworthy_image::layout::{Entry, EntryKind, HEADER, INDEX, OpenError, Opened, Storage};

use super::tar_entries::TarEntries;
use super::{Account, Limits, TooMuch};

/// A layout in an uncompressed tar archive. The archive is read through once for the places of
/// its files; nothing is unpacked.
///
/// What stands in it is what would be there after it had been unpacked: of several entries with one path
/// the last counts, which is how a file in an archive is replaced by one that is appended. Some readers
/// look for a file from the start and take the first, so that a note says where there is a choice. Links
/// are not followed, as in every other storage.
#[derive(Debug)]
pub struct Archive {
    file: File,
    /// Everything in it, and the directories that are only implied by a path.
    members: BTreeMap<String, Member>,
    /// What a person should know of the archive, though no specification says it.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    kind: EntryKind,
    start: u64,
    size: u64,
}

const DIRECTORY: Member = Member { kind: EntryKind::Directory, start: 0, size: 0 };

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read.
    #[error("the archive cannot be read: {0}")]
    Unreadable(io::Error),
    /// It is damaged.
    #[error("the archive is damaged or truncated: {0}")]
    Damaged(String),
    /// It ends within a file.
    #[error("the archive is truncated: it ends within {0:?}")]
    Truncated(String),
    /// It holds more than is listed.
    #[error("the archive is too large: {0}")]
    TooMuch(#[from] TooMuch),
}

impl Archive {
    /// Reads the names and places of everything in the archive.
    ///
    /// # Errors
    ///
    /// The file is no tar archive, is cut short, or holds too much.
    pub fn open(mut file: File, limits: Limits) -> Result<Archive, ArchiveError> {
        let length = file.seek(SeekFrom::End(0)).map_err(ArchiveError::Unreadable)?;
        file.rewind().map_err(ArchiveError::Unreadable)?;
        let mut members = BTreeMap::new();
        let mut account = Account::new(limits);
        let mut repeated = Examples::default();
        let mut outside = Examples::default();
        let handle = file.try_clone().map_err(ArchiveError::Unreadable)?;
        let mut entries = TarEntries::new(BufReader::with_capacity(1 << 16, handle), length);
        while let Some(entry) = entries.next()? {
            let Some(path) = inside(&entry.path) else {
                if !is_root(&entry.path) {
                    outside.add(&entry.path);
                }
                continue;
            };
            // First, so that a path that is too deep is refused before its parents are made.
            account.add(&path)?;
            for (slash, _) in path.match_indices('/') {
                if !members.contains_key(&path[..slash]) {
                    account.add(&path[..slash])?;
                    members.insert(path[..slash].to_owned(), DIRECTORY);
                }
            }
            let member = Member { kind: entry.kind, start: entry.start, size: entry.size };
            match members.entry(path) {
                Slot::Vacant(slot) => drop(slot.insert(member)),
                Slot::Occupied(mut slot) => {
                    if slot.get().kind != EntryKind::Directory || member.kind != EntryKind::Directory {
                        repeated.add(slot.key());
                    }
                    slot.insert(member);
                }
            }
        }
        let has_end = entries.has_end;
        let mut notes = Vec::new();
        notes.extend(repeated.note(
            "the archive holds {} more than once: the last one is taken, other readers may take the first",
        ));
        notes.extend(outside.note("the archive holds {}, which is outside of the layout: it was ignored"));
        if !has_end {
            notes.push("the archive ends without an end marker: it may have been cut short".to_owned());
        }
        Ok(Archive { file, members, notes })
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// Paths of one kind: the first of them, or the first that decides, and how many there are.
#[derive(Debug, Default)]
struct Examples {
    first: String,
    count: usize,
}

impl Examples {
    fn add(&mut self, path: &str) {
        // Not to be hidden behind others: every image is found by these two.
        let decides = |path: &str| matches!(path, INDEX | HEADER);
        if self.count == 0 || decides(path) && !decides(&self.first) {
            self.first = path.chars().take(200).collect();
        }
        self.count += 1;
    }

    /// `text` with the path in the place of `{}`.
    fn note(&self, text: &str) -> Option<String> {
        let more =
            if self.count > 1 { format!(" (and {} more like it)", self.count - 1) } else { String::new() };
        (self.count > 0).then(|| text.replace("{}", &format!("{:?}{more}", self.first)))
    }
}

/// A member's path below the root; `None` for the root itself and for what would leave it.
fn inside(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!parts.is_empty() && !parts.contains(&"..") && !path.starts_with('/')).then(|| parts.join("/"))
}

fn is_root(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part.is_empty() || part == ".")
}

impl Storage for Archive {
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError> {
        match self.members.get(path) {
            Some(Member { kind: EntryKind::File, start, size }) => {
                let reader = Part { file: &self.file, at: *start, end: start + size };
                Ok(Opened { size: *size, reader: Box::new(reader) })
            }
            Some(other) => Err(OpenError::NotAFile(other.kind)),
            None => Err(OpenError::Missing),
        }
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        let entry = |(path, member): (&String, &Member)| Entry { path: path.clone(), kind: member.kind };
        Ok(self.members.iter().map(entry).collect())
    }
}

/// A range of a file, read without moving the file's own position: many threads share it.
struct Part<'f> {
    file: &'f File,
    at: u64,
    end: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let length = self.file.read_at(&mut buffer[..wanted], self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn bytes(build: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        build(&mut builder);
        builder.into_inner().unwrap()
    }

    fn open(bytes: &[u8], limits: Limits) -> Result<Archive, ArchiveError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Archive::open(file, limits)
    }

    fn add(builder: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
        add_as(builder, path, tar::EntryType::Regular, content);
    }

    fn add_as(builder: &mut tar::Builder<Vec<u8>>, path: &str, kind: tar::EntryType, content: &[u8]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_entry_type(kind);
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, content).unwrap();
    }

    fn paths(archive: &Archive) -> Vec<String> {
        archive.entries().unwrap().into_iter().map(|entry| entry.path).collect()
    }

    fn text(archive: &Archive, path: &str) -> String {
        let mut text = String::new();
        archive.open(path).unwrap().reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn members_are_found_and_none_leaves_the_root() {
        let archive = open(
            &bytes(|builder| {
                add_as(builder, "./", tar::EntryType::Directory, b"");
                add(builder, "./index.json", b"first");
                add(builder, "../outside", b"x");
                add(builder, "/absolute", b"x");
                add(builder, "README", b"x");
                add(builder, "README", b"x");
                add(builder, "index.json", b"second");
                add(builder, "blobs/sha256/aa", b"blob");
                add(builder, "old/", b"");
            }),
            Limits::default(),
        )
        .unwrap();
        assert_eq!(text(&archive, "index.json"), "second");
        let wanted = ["README", "blobs", "blobs/sha256", "blobs/sha256/aa", "index.json", "old"];
        assert_eq!(paths(&archive), wanted);
        assert!(matches!(archive.open("old"), Err(OpenError::NotAFile(EntryKind::Directory))));
        let notes = [
            "the archive holds \"index.json\" (and 1 more like it) more than once: the last one is taken, other readers may take the first",
            "the archive holds \"../outside\" (and 1 more like it), which is outside of the layout: it was ignored",
        ];
        assert_eq!(archive.notes, notes);
    }

    #[test]
    fn extended_headers_are_read() {
        let long = format!("blobs/{}", "x".repeat(200));
        let archive = open(
            &bytes(|builder| {
                add_as(builder, "L", tar::EntryType::GNULongName, long.as_bytes());
                add(builder, "short", b"gnu");
                add_as(builder, "x", tar::EntryType::XHeader, b"19 path=index.json\n");
                add(builder, "other", b"pax");
                add_as(builder, "g", tar::EntryType::XGlobalHeader, b"14 comment=hi\n");
                add(builder, "plain", b"plain");
                add_as(builder, "x", tar::EntryType::XHeader, b"22 GNU.sparse.major=1\n");
                add(builder, "sparse", b"map");
            }),
            Limits::default(),
        )
        .unwrap();
        assert_eq!(text(&archive, &long), "gnu");
        assert_eq!(text(&archive, "index.json"), "pax");
        assert_eq!(text(&archive, "plain"), "plain");
        assert!(matches!(archive.open("sparse"), Err(OpenError::NotAFile(EntryKind::Special))));
        assert_eq!(archive.notes, [""; 0]);
    }

    #[test]
    fn a_cut_archive_is_refused_wherever_it_is_cut() {
        let whole = bytes(|builder| {
            add(builder, "oci-layout", b"{}");
            add(builder, "index.json", &[7; 2000]);
        });
        let boundaries = [1024, 4096 - 512, 4096, 4096 + 512];
        for cut in (1..whole.len()).filter(|cut| cut % 100 == 0).chain(boundaries) {
            let is_damaged = match open(&whole[..cut], Limits::default()) {
                Err(ArchiveError::Truncated(_) | ArchiveError::Damaged(_)) => true,
                Err(_) => false,
                Ok(archive) => archive.notes.is_empty() || archive.notes[0].contains("end marker"),
            };
            assert!(is_damaged, "{cut}");
        }
        let error = open(&whole[..2000], Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), "the archive is truncated: it ends within \"index.json\"");
        let error = open(&whole[..1100], Limits::default()).unwrap_err();
        let wanted = "the archive is damaged or truncated: there is no whole tar header at byte 1024, after the entry \"oci-layout\"";
        assert_eq!(error.to_string(), wanted);
    }

    #[test]
    fn nothing_makes_it_take_much_memory() {
        let small = Limits { entries: 4, path_bytes: 1000, depth: 8 };
        let refusal = |bytes: &[u8]| open(bytes, small).unwrap_err().to_string();
        let many = bytes(|builder| (0..5).for_each(|n| add(builder, &format!("file-{n}"), b"")));
        let wanted =
            "the archive is too large: it holds more than 4 entries; raise the limit with --max-entries";
        assert_eq!(refusal(&many), wanted);
        let deep = bytes(|builder| add(builder, &"d/".repeat(40), b""));
        assert!(refusal(&deep).contains("nested deeper than 8 levels"), "{}", refusal(&deep));
        let long = bytes(|builder| add_as(builder, "L", tar::EntryType::GNULongName, &[b'x'; 2000]));
        let long = [&long[..long.len() - 1024], &many].concat();
        assert!(refusal(&long).contains("longer than 1000 bytes together"), "{}", refusal(&long));
        // An extended header that says it has 2^40 bytes.
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::XHeader);
        header.set_size(1 << 40);
        header.set_cksum();
        assert!(refusal(header.as_bytes()).contains("extended header of 1099511627776 bytes"));
    }
}
