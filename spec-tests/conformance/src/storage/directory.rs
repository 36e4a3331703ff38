//! A layout in a directory.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat};
use rustix::io::Errno;
use seaworthy_image::layout::{Entry, EntryKind, OpenError, Opened, Storage};

use crate::printable::reason;

use super::{Account, Limits};

/// A layout in a directory, opened once and never left: every path is walked component by
/// component from the directory's handle, and no component may be a link. What happens to the
/// directory's own path afterwards does not matter.
#[derive(Debug)]
pub struct Directory {
    root: Arc<OwnedFd>,
    /// Directories that have been opened, by path: a layout keeps thousands of blobs in one.
    open: Mutex<HashMap<String, Arc<OwnedFd>>>,
    limits: Limits,
}

/// The most directories that are kept open: a process may often have no more than 256 files.
const MOST_OPEN: usize = 100;

const LOOK_ONLY: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);

impl Directory {
    /// Opens the directory; `path` itself may be a link to one.
    ///
    /// # Errors
    ///
    /// It does not exist, is no directory, or cannot be read.
    pub fn open(path: &Path) -> io::Result<Directory> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
        let root = Arc::new(openat(CWD, path, flags, Mode::empty())?);
        Ok(Directory { root, open: Mutex::default(), limits: Limits::default() })
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Directory {
        Directory { limits, ..self }
    }

    /// The handle of a directory inside the layout.
    fn directory(&self, path: &str) -> Result<Arc<OwnedFd>, Errno> {
        if path.is_empty() {
            return Ok(self.root.clone());
        }
        let known = self.open.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.directory(parent)?;
        let opened = Arc::new(openat(&*parent, name, LOOK_ONLY | OFlags::DIRECTORY, Mode::empty())?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MOST_OPEN {
            open.clear();
        }
        open.insert(path.to_owned(), opened.clone());
        Ok(opened)
    }
}

impl Storage for Directory {
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.is_empty() || path.split('/').any(|part| part == "." || part == "..") {
            return Err(OpenError::Missing);
        }
        let parent = self.directory(parent).map_err(open_error)?;
        // The type is looked up before the file is opened: opening a device can have effects.
        let stat = statat(&*parent, name, AtFlags::SYMLINK_NOFOLLOW).map_err(open_error)?;
        let kind = entry_kind(FileType::from_raw_mode(stat.st_mode));
        if kind != EntryKind::File {
            return Err(OpenError::NotAFile(kind));
        }
        // Not to hang if a FIFO took the file's place since.
        let file = openat(&*parent, name, LOOK_ONLY | OFlags::NONBLOCK, Mode::empty()).map_err(open_error)?;
        Ok(Opened { size: stat.st_size.try_into().unwrap_or(0), reader: Box::new(File::from(file)) })
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut account = Account::new(self.limits);
        let mut pending = vec![String::new()];
        while let Some(path) = pending.pop() {
            let at = |error: Errno| {
                let error = in_words(error);
                let shown = if path.is_empty() { "the directory" } else { &path };
                io::Error::new(error.kind(), format!("{shown} cannot be listed: {error}"))
            };
            let handle = self.directory(&path).map_err(at)?;
            for entry in Dir::read_from(&*handle).map_err(at)? {
                let entry = entry.map_err(at)?;
                let name = entry.file_name();
                if name == c"." || name == c".." {
                    continue;
                }
                let file_type = match entry.file_type() {
                    FileType::Unknown => {
                        let stat = statat(&*handle, name, AtFlags::SYMLINK_NOFOLLOW).map_err(at)?;
                        FileType::from_raw_mode(stat.st_mode)
                    }
                    known => known,
                };
                let (name, is_text) = match name.to_str() {
                    Ok(name) => (name.to_owned(), true),
                    Err(_) => (name.to_string_lossy().into_owned(), false),
                };
                let below = if path.is_empty() { name } else { format!("{path}/{name}") };
                let kind = entry_kind(file_type);
                // A directory whose name is no text cannot be named again, and holds no blob.
                if kind == EntryKind::Directory && is_text {
                    pending.push(below.clone());
                }
                account
                    .add(&below)
                    .map_err(|much| io::Error::other(format!("the directory is too large: {much}")))?;
                entries.push(Entry { path: below, kind });
            }
        }
        entries.sort();
        Ok(entries)
    }
}

fn entry_kind(file_type: FileType) -> EntryKind {
    match file_type {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Directory,
        FileType::Symlink => EntryKind::Link,
        _ => EntryKind::Special,
    }
}

/// An error that reads well inside a sentence.
fn in_words(error: Errno) -> io::Error {
    let error = io::Error::from(error);
    io::Error::new(error.kind(), reason(&error))
}

fn open_error(error: Errno) -> OpenError {
    match error {
        Errno::NOENT | Errno::NAMETOOLONG => OpenError::Missing,
        // A parent that is a link or a file: there is nothing of the layout's own at that path.
        Errno::LOOP | Errno::NOTDIR => OpenError::Missing,
        other => OpenError::Io(in_words(other)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_is_followed() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        let inside = tempfile::tempdir().unwrap();
        let at = |name: &str| inside.path().join(name);
        std::fs::create_dir_all(at("blobs/sha256")).unwrap();
        std::fs::write(at("blobs/sha256/aa"), "hello").unwrap();
        symlink(outside.path().join("secret"), at("index.json")).unwrap();
        symlink(outside.path(), at("blobs/sha512")).unwrap();
        symlink("aa", at("blobs/sha256/bb")).unwrap();
        let layout = Directory::open(inside.path()).unwrap();
        let read = |path: &str| match layout.open(path) {
            Ok(mut opened) => {
                let mut text = String::new();
                opened.reader.read_to_string(&mut text).unwrap();
                text
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(read("blobs/sha256/aa"), "hello");
        assert_eq!(read("index.json"), "it is a link, not a regular file");
        assert_eq!(read("blobs/sha256/bb"), "it is a link, not a regular file");
        assert_eq!(read("blobs/sha512/secret"), "there is no such file");
        assert_eq!(read("blobs/../blobs/sha256/aa"), "there is no such file");
        assert_eq!(read("blobs/sha256"), "it is a directory, not a regular file");
        let entries = layout.entries().unwrap();
        let links: Vec<&str> =
            entries.iter().filter(|e| e.kind == EntryKind::Link).map(|e| e.path.as_str()).collect();
        assert_eq!(links, ["blobs/sha256/bb", "blobs/sha512", "index.json"]);
        assert!(!entries.iter().any(|entry| entry.path.contains("secret")));
    }

    #[test]
    fn many_and_deep_directories_are_no_trouble() {
        let inside = tempfile::tempdir().unwrap();
        for n in 0..3 * MOST_OPEN {
            std::fs::create_dir_all(inside.path().join(format!("d{n}/e/f"))).unwrap();
        }
        let open = |limits| Directory::open(inside.path()).unwrap().with_limits(limits);
        assert_eq!(open(Limits::default()).entries().unwrap().len(), 9 * MOST_OPEN);
        let few = Limits { entries: 10, ..Limits::default() };
        let error = open(few).entries().unwrap_err().to_string();
        let wanted =
            "the directory is too large: it holds more than 10 entries; raise the limit with --max-entries";
        assert_eq!(error, wanted);
        let flat = Limits { depth: 2, ..Limits::default() };
        let error = open(flat).entries().unwrap_err().to_string();
        assert!(error.contains("nested deeper than 2 levels"), "{error}");
    }
}
