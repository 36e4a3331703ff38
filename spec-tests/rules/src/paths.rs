//! The paths of a layer, so small that there may be millions.

use std::collections::hash_map::Entry as Place;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use seaworthy_image::filesystem::path::{self, Marker};
use seaworthy_image::tar::{Entry, EntryKind};

/// The paths of the entries of an archive: which there are, and where each stands first.
///
/// A path is kept as 96 bits of two keyed hashes. That two of a million paths have the same ones is less
/// likely than one in 10^16, and since the keys are chosen anew for each archive, nobody can make it
/// happen.
#[derive(Debug, Default)]
pub struct Paths {
    first: HashMap<Key, u32, AsItIs>,
    /// Where the path of the entry that is looked at stood first, if that was before.
    repeated: Option<u32>,
    /// The directories that have an entry, brought into their one form.
    directories: HashSet<Key, AsItIs>,
    /// Those in which there is anything but whiteouts.
    occupied: HashSet<Key, AsItIs>,
    /// The last of them: what comes next is most often in the same one.
    last_occupied: Option<Vec<u8>>,
    keys: [RandomState; 2],
}

impl Paths {
    /// Begins with an entry that has `index` entries before it.
    pub(crate) fn begin(&mut self, entry: &Entry, index: u64) {
        // Limits allow for far fewer entries.
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.repeated = match self.first.entry(key(&self.keys, &entry.path)) {
            Place::Occupied(first) => Some(*first.get()),
            Place::Vacant(place) => {
                place.insert(index);
                None
            }
        };
    }

    /// Ends with the entry: from here on it counts as one of those before.
    pub(crate) fn end(&mut self, entry: &Entry) {
        let Ok(clean) = path::clean(&entry.path) else { return };
        if entry.kind == EntryKind::Directory {
            self.directories.insert(key(&self.keys, &clean.path));
        }
        if let Some((directory, name)) = path::split(&clean.path)
            && self.last_occupied.as_deref() != Some(directory)
            && Marker::read(name).is_none()
        {
            self.occupied.insert(key(&self.keys, directory));
            let last = self.last_occupied.get_or_insert_default();
            last.clear();
            last.extend_from_slice(directory);
        }
    }

    /// The index of the first of the entries before that have the path of the one that is looked at,
    /// exactly as it is written.
    pub fn repeated(&self) -> Option<u64> {
        self.repeated.map(u64::from)
    }

    /// Whether a path is that of a directory with an entry, however the two are written.
    pub fn has_directory(&self, path: &[u8]) -> bool {
        path::clean(path).is_ok_and(|clean| self.directories.contains(&key(&self.keys, &clean.path)))
    }

    /// Whether there is anything but whiteouts in the directory of a path.
    pub fn has_sibling(&self, path: &[u8]) -> bool {
        let Ok(clean) = path::clean(path) else { return false };
        path::split(&clean.path)
            .is_some_and(|(directory, _)| self.occupied.contains(&key(&self.keys, directory)))
    }
}

/// The hash of a path.
#[derive(Debug, PartialEq, Eq)]
struct Key([u8; 12]);

fn key(keys: &[RandomState; 2], path: &[u8]) -> Key {
    let [one, two] = keys.each_ref().map(|key| key.hash_one(path));
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&one.to_le_bytes());
    bytes[8..].copy_from_slice(&(two as u32).to_le_bytes());
    Key(bytes)
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

type AsItIs = BuildHasherDefault<KeyHasher>;

/// Takes a key for what it is already: a hash.
#[derive(Debug, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, key: &[u8]) {
        self.0 = key.first_chunk().map_or(0, |start| u64::from_le_bytes(*start));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_paths_are_found_as_they_are_written() {
        let mut paths = Paths::default();
        let repeated =
            ["a", "a/", "a/b", "a", "./a", "a", "a/b"].into_iter().enumerate().map(|(index, path)| {
                let entry = Entry { path: path.into(), ..Entry::default() };
                paths.begin(&entry, index as u64);
                paths.end(&entry);
                paths.repeated()
            });
        assert_eq!(repeated.collect::<Vec<_>>(), [None, None, None, Some(0), None, Some(0), Some(2)]);
    }

    #[test]
    fn many_paths_are_told_apart() {
        let mut paths = Paths::default();
        for index in 0..100_000 {
            let entry = Entry { path: format!("a/{}", index % 99_999).into(), ..Entry::default() };
            paths.begin(&entry, index);
            paths.end(&entry);
            assert_eq!(paths.repeated(), (index == 99_999).then_some(0), "{index}");
        }
    }

    #[test]
    fn directories_and_siblings_are_found_however_they_are_written() {
        let mut paths = Paths::default();
        let directory = Entry { path: b"./a/".to_vec(), kind: EntryKind::Directory, ..Entry::default() };
        let marker = Entry { path: b"b/.wh.x".to_vec(), ..Entry::default() };
        for (index, entry) in [&directory, &marker].into_iter().enumerate() {
            paths.begin(entry, index as u64);
            paths.end(entry);
        }
        assert!(paths.has_directory(b"a") && paths.has_directory(b"/a") && !paths.has_directory(b"b"));
        assert!(paths.has_sibling(b".wh.y") && !paths.has_sibling(b"b/.wh.y") && !paths.has_sibling(b"a/y"));
        let file = Entry { path: b"b/x".to_vec(), ..Entry::default() };
        paths.begin(&file, 2);
        assert!(!paths.has_sibling(b"b/.wh.y"));
        paths.end(&file);
        assert!(paths.has_sibling(b"b/.wh.y"));
    }
}
