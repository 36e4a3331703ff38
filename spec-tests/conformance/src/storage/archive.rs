//! A layout in a tar archive.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use seaworthy_image::layout::{Entry, EntryKind, OpenError, Opened, Storage};

use super::MOST_ENTRIES;

/// A layout in an uncompressed tar archive. The archive is read through once for the places of
/// its files; nothing is unpacked.
#[derive(Debug)]
pub struct Archive {
    file: File,
    members: BTreeMap<String, Member>,
    /// Paths that stand in the archive more than once. The last one counts here, as it does when
    /// the archive is unpacked; a reader that looks for the first sees another layout.
    pub repeated: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    kind: EntryKind,
    start: u64,
    size: u64,
}

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is damaged, or cannot be read.
    #[error("the archive cannot be read: {0}")]
    Damaged(io::Error),
    /// It ends within a file.
    #[error("the archive is truncated: it ends within {0:?}")]
    Truncated(String),
    /// It holds more entries than [`MOST_ENTRIES`].
    #[error("the archive holds more than {MOST_ENTRIES} entries")]
    TooMany,
}

impl Archive {
    /// Reads the names and places of everything in the archive.
    ///
    /// # Errors
    ///
    /// The file is no tar archive, is cut short, or holds too much.
    pub fn open(mut file: File) -> Result<Archive, ArchiveError> {
        let length = file.seek(SeekFrom::End(0)).map_err(ArchiveError::Damaged)?;
        file.rewind().map_err(ArchiveError::Damaged)?;
        let mut members = BTreeMap::new();
        let mut repeated = Vec::new();
        let reader = BufReader::with_capacity(1 << 16, file.try_clone().map_err(ArchiveError::Damaged)?);
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries_with_seek().map_err(ArchiveError::Damaged)? {
            let entry = entry.map_err(ArchiveError::Damaged)?;
            let raw = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let Some(path) = inside(&raw) else { continue };
            let member = Member { kind: kind(&entry), start: entry.raw_file_position(), size: entry.size() };
            if member.kind == EntryKind::File && member.start.saturating_add(member.size) > length {
                return Err(ArchiveError::Truncated(raw));
            }
            if members.len() >= MOST_ENTRIES {
                return Err(ArchiveError::TooMany);
            }
            let earlier: Option<Member> = members.insert(path.clone(), member);
            if earlier.is_some_and(|earlier| earlier.kind == EntryKind::File) {
                repeated.push(path);
            }
        }
        Ok(Archive { file, members, repeated })
    }
}

/// A member's path below the root; `None` for the root itself and for what would leave it.
fn inside(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!parts.is_empty() && !parts.contains(&"..") && !path.starts_with('/')).then(|| parts.join("/"))
}

fn kind<R: Read>(entry: &tar::Entry<'_, R>) -> EntryKind {
    match entry.header().entry_type() {
        tar::EntryType::Regular | tar::EntryType::Continuous => EntryKind::File,
        tar::EntryType::Directory => EntryKind::Directory,
        tar::EntryType::Symlink | tar::EntryType::Link => EntryKind::Link,
        // A sparse file's bytes do not lie together, and nobody makes sparse blobs.
        _ => EntryKind::Special,
    }
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
        let mut entries = BTreeMap::new();
        for path in self.members.keys() {
            for (slash, _) in path.match_indices('/') {
                entries.insert(&path[..slash], EntryKind::Directory);
            }
        }
        entries.extend(self.members.iter().map(|(path, member)| (path.as_str(), member.kind)));
        Ok(entries.into_iter().map(|(path, kind)| Entry { path: path.to_owned(), kind }).collect())
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

    fn archive(build: impl FnOnce(&mut tar::Builder<Vec<u8>>), cut: usize) -> Result<Archive, ArchiveError> {
        let mut builder = tar::Builder::new(Vec::new());
        build(&mut builder);
        let mut bytes = builder.into_inner().unwrap();
        bytes.truncate(bytes.len() - cut);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        Archive::open(file)
    }

    fn add(builder: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, content).unwrap();
    }

    #[test]
    fn members_are_found_and_none_leaves_the_root() {
        let archive = archive(
            |builder| {
                add(builder, "./index.json", b"first");
                add(builder, "../outside", b"x");
                add(builder, "/absolute", b"x");
                add(builder, "index.json", b"second");
                add(builder, "blobs/sha256/aa", b"blob");
            },
            0,
        )
        .unwrap();
        let mut text = String::new();
        archive.open("index.json").unwrap().reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "second");
        assert_eq!(archive.repeated, ["index.json"]);
        let entries = archive.entries().unwrap();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["blobs", "blobs/sha256", "blobs/sha256/aa", "index.json"]);
    }

    #[test]
    fn a_cut_archive_is_refused() {
        let error = archive(|builder| add(builder, "index.json", &[7; 2000]), 2048).unwrap_err();
        assert!(matches!(error, ArchiveError::Truncated(name) if name == "index.json"));
        let error = archive(|builder| add(builder, "index.json", b""), 1024 + 100).unwrap_err();
        assert!(matches!(error, ArchiveError::Damaged(_)), "{error}");
    }
}
