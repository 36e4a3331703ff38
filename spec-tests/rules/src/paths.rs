//! The paths of a layer, so small that there may be millions.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use seaworthy_image::filesystem::path::{self, Marker};
use seaworthy_image::tar::{Entry, EntryKind};

/// The paths of the entries of an archive: which there are, and where each stands first.
///
/// A path is kept as 96 bits of two keyed hashes. That two of a million paths have the same ones is less
/// likely than one in 10^16, and since the keys are chosen anew for each archive, nobody can make it
/// happen.
#[derive(Debug, Default)]
pub struct Paths {
    first: HashMap<[u32; 3], u32>,
    /// The directories that have an entry, brought into their one form.
    directories: HashSet<[u32; 3]>,
    /// Those in which there is anything but whiteouts.
    occupied: HashSet<[u32; 3]>,
    keys: [RandomState; 2],
}

impl Paths {
    /// Adds an entry that has `index` entries before it. Of entries with one path, the first counts.
    pub(crate) fn add(&mut self, entry: &Entry, index: u64) {
        // Limits allow for far fewer entries.
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.first.entry(self.key(&entry.path)).or_insert(index);
        let Ok(clean) = path::clean(&entry.path) else { return };
        if entry.kind == EntryKind::Directory {
            self.directories.insert(self.key(&clean.path));
        }
        if let Some((directory, name)) = path::split(&clean.path)
            && Marker::read(name).is_none()
        {
            self.occupied.insert(self.key(directory));
        }
    }

    /// The index of the first entry with a path, exactly as it is written.
    pub fn first(&self, path: &[u8]) -> Option<u64> {
        self.first.get(&self.key(path)).copied().map(u64::from)
    }

    /// Whether there is an entry with a path, exactly as it is written.
    pub fn contains(&self, path: &[u8]) -> bool {
        self.first(path).is_some()
    }

    /// Whether a path is that of a directory with an entry, however the two are written.
    pub fn has_directory(&self, path: &[u8]) -> bool {
        path::clean(path).is_ok_and(|clean| self.directories.contains(&self.key(&clean.path)))
    }

    /// Whether there is anything but whiteouts in the directory of a path.
    pub fn has_sibling(&self, path: &[u8]) -> bool {
        let Ok(clean) = path::clean(path) else { return false };
        path::split(&clean.path).is_some_and(|(directory, _)| self.occupied.contains(&self.key(directory)))
    }

    fn key(&self, path: &[u8]) -> [u32; 3] {
        let [one, two] = self.keys.each_ref().map(|key| key.hash_one(path));
        [one as u32, (one >> 32) as u32, two as u32]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_as_they_are_written() {
        let mut paths = Paths::default();
        for (index, path) in ["a", "a/", "a/b", "a"].into_iter().enumerate() {
            let entry = Entry { path: path.into(), ..Entry::default() };
            paths.add(&entry, index as u64);
        }
        let found = ["a", "a/", "a/b", "./a", "b"].map(|path| paths.first(path.as_bytes()));
        assert_eq!(found, [Some(0), Some(1), Some(2), None, None]);
        assert!(paths.contains(b"a/") && !paths.contains(b"a//"));
    }

    #[test]
    fn directories_and_siblings_are_found_however_they_are_written() {
        let mut paths = Paths::default();
        let directory = Entry { path: b"./a/".to_vec(), kind: EntryKind::Directory, ..Entry::default() };
        let marker = Entry { path: b"b/.wh.x".to_vec(), ..Entry::default() };
        paths.add(&directory, 0);
        paths.add(&marker, 1);
        assert!(paths.has_directory(b"a") && paths.has_directory(b"/a") && !paths.has_directory(b"b"));
        assert!(paths.has_sibling(b".wh.y") && !paths.has_sibling(b"b/.wh.y") && !paths.has_sibling(b"a/y"));
    }
}
