//! Image layouts (image-layout.md), wherever they are kept.
//!
//! A layout is a set of files under one root. [`Storage`] is all that the rest of this crate
//! needs to know of it, so that a directory, a tar archive and a map in memory are judged by the
//! same code. No path that is opened here is taken from a document unchecked: blobs are found
//! through a digest that has passed its grammar.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::digest::Digest;

/// The path of the layout's header.
pub const HEADER: &str = "oci-layout";
/// The path of the layout's entry point, an image index.
pub const INDEX: &str = "index.json";
/// The directory of the blobs.
pub const BLOBS: &str = "blobs";

/// Where the files of a layout are kept.
///
/// Paths are relative to the root and separated by `/`. An implementation must never follow a
/// link: an entry that is one is [`OpenError::NotAFile`].
pub trait Storage: Sync {
    /// Opens a regular file for reading.
    ///
    /// # Errors
    ///
    /// There is no such entry, it is no regular file, or it cannot be read.
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError>;

    /// Everything in the layout, in no particular order; directories include those that are only
    /// implied by the path of a file.
    ///
    /// # Errors
    ///
    /// A directory cannot be read.
    fn entries(&self) -> io::Result<Vec<Entry>>;
}

/// A file that has been opened.
pub struct Opened<'s> {
    /// Its size in bytes, as the storage tells it.
    pub size: u64,
    /// Its content.
    pub reader: Box<dyn Read + 's>,
}

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no entry of that name.
    #[error("there is no such file")]
    Missing,
    /// The entry is not a regular file.
    #[error("it is {}, not a regular file", .0.describe())]
    NotAFile(EntryKind),
    /// It is there, but cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// One entry of a layout.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path below the root, without a leading or trailing slash. Bytes that are not UTF-8
    /// read as U+FFFD.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
}

/// The file types that matter to a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, or a hard link inside an archive.
    Link,
    /// A FIFO, a socket or a device.
    Special,
}

impl EntryKind {
    /// The type's name with its article, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            EntryKind::File => "a regular file",
            EntryKind::Directory => "a directory",
            EntryKind::Link => "a link",
            EntryKind::Special => "a special file",
        }
    }
}

/// The path of the blob that a digest names, if it is one that cannot leave `blobs`.
///
/// The grammar of a digest has no `/` and no `.` on its own, so a parsed digest is always safe.
pub fn blob_path(digest: &Digest<'_>) -> String {
    // Made for every descriptor: the machinery of `format!` would take several times as long.
    [BLOBS, "/", digest.algorithm(), "/", digest.encoded()].concat()
}

/// The digest that the path of a blob spells; `None` for every other path.
pub fn blob_digest(path: &str) -> Option<String> {
    let (algorithm, encoded) = path.strip_prefix(BLOBS)?.strip_prefix('/')?.split_once('/')?;
    let digest = [algorithm, ":", encoded].concat();
    Digest::parse(&digest).is_ok().then_some(digest)
}

/// A layout in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The content of every file, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What is not a regular file, by path: links, special files, and directories that are empty.
    pub others: BTreeMap<String, EntryKind>,
}

impl Storage for Memory {
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError> {
        if let Some(content) = self.files.get(path) {
            return Ok(Opened { size: content.len() as u64, reader: Box::new(content.as_slice()) });
        }
        let is_parent = || self.paths().any(|other| is_below(other, path));
        match self.others.get(path) {
            Some(kind) => Err(OpenError::NotAFile(*kind)),
            None if is_parent() => Err(OpenError::NotAFile(EntryKind::Directory)),
            None => Err(OpenError::Missing),
        }
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = BTreeMap::new();
        for path in self.paths() {
            for (slash, _) in path.match_indices('/') {
                entries.insert(path[..slash].to_owned(), EntryKind::Directory);
            }
        }
        entries.extend(self.others.iter().map(|(path, kind)| (path.clone(), *kind)));
        entries.extend(self.files.keys().map(|path| (path.clone(), EntryKind::File)));
        Ok(entries.into_iter().map(|(path, kind)| Entry { path, kind }).collect())
    }
}

impl Memory {
    fn paths(&self) -> impl Iterator<Item = &String> {
        self.files.keys().chain(self.others.keys())
    }
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_blobs_spell_digests() {
        assert_eq!(blob_digest("blobs/sha256/aa").as_deref(), Some("sha256:aa"));
        assert_eq!(blob_path(&Digest::parse("a+b:c=d").unwrap()), "blobs/a+b/c=d");
        for path in
            ["blobs/aa", "blobs/sha256/aa/bb", "blobs/sha256/aa.tmp", "blobs//aa", "sha256/aa", "blobs"]
        {
            assert_eq!(blob_digest(path), None, "{path}");
        }
    }

    #[test]
    fn memory_tells_files_from_everything_else() {
        let mut layout = Memory::default();
        layout.files.insert("blobs/sha256/aa".into(), b"x".to_vec());
        layout.others.insert("index.json".into(), EntryKind::Link);
        let kind = |path: &str| match layout.open(path) {
            Ok(_) => Some(EntryKind::File),
            Err(OpenError::NotAFile(kind)) => Some(kind),
            Err(_) => None,
        };
        assert_eq!(kind("blobs/sha256/aa"), Some(EntryKind::File));
        assert_eq!(kind("blobs/sha256"), Some(EntryKind::Directory));
        assert_eq!(kind("blobs/sha"), None);
        assert_eq!(kind("index.json"), Some(EntryKind::Link));
        let entries = layout.entries().unwrap();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["blobs", "blobs/sha256", "blobs/sha256/aa", "index.json"]);
    }
}
