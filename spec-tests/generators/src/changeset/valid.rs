//! Changesets that every implementation has to apply.

use std::collections::BTreeMap;

use seaworthy_image::filesystem::{Member, Tree, path};
use seaworthy_image::tar::{Device, EntryKind};

use super::pool::{CONTENTS, IDS, MODES, NAMES, OWNERS, PLAIN_NAMES, TARGETS, TIMES, XATTRS};
use crate::choices::Choices;
use crate::features::Features;
use crate::layer::{device, directory, fifo, file, hard_link, symlink, with};

/// The most entries that a changeset has, apart from whiteouts.
const ENTRIES: usize = 6;

/// How deep paths go.
const DEPTH: usize = 3;

/// A changeset on top of the tree `below`, made of these features.
///
/// No path has two entries, nothing lies below what is no directory, hard links lead to earlier entries
/// and say the same as those, and whiteouts come first, in directories that the lower layers have. The
/// directories above an entry need no entries of their own. What breaks a SHOULD is there only with
/// [`Features::advice`].
pub fn valid(choices: &mut Choices<'_>, features: &Features, below: &Tree) -> Vec<Member> {
    let mut changeset = Changeset {
        choices,
        features,
        below,
        members: Vec::new(),
        kinds: BTreeMap::new(),
        links: Vec::new(),
    };
    if features.whiteouts {
        changeset.whiteouts();
    }
    let has_root = features.odd_names && changeset.choices.chance(8);
    if has_root {
        let root = *changeset.choices.pick(&["./", "."]);
        let root = changeset.attributed(directory(root));
        changeset.members.push(root);
    }
    for done in 0..ENTRIES {
        if done > 0 && !changeset.choices.chance(65) {
            break;
        }
        changeset.entry();
    }
    changeset.members
}

struct Changeset<'c, 'a> {
    choices: &'c mut Choices<'a>,
    features: &'c Features,
    below: &'c Tree,
    members: Vec<Member>,
    /// What each path has become that has an entry, or must be a directory.
    kinds: BTreeMap<Vec<u8>, Path>,
    /// The entries that a hard link can lead to.
    links: Vec<usize>,
}

/// What is known of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Path {
    /// It has an entry, as a directory or as something else.
    Listed { is_directory: bool },
    /// It has none, and has to be a directory.
    Directory,
}

impl Changeset<'_, '_> {
    fn may(&mut self, is_on: bool, percent: usize) -> bool {
        is_on && self.choices.chance(percent)
    }

    fn whiteouts(&mut self) {
        let mut paths = Vec::new();
        self.below.walk(|path, _| paths.push(path.to_vec()));
        paths.retain(|path| !path.is_empty());
        let mut removed: Vec<Vec<u8>> = Vec::new();
        for _ in 0..2 {
            if paths.is_empty() || !self.choices.chance(25) {
                return;
            }
            let target = paths.swap_remove(self.choices.below(paths.len()));
            let (directory, name) = path::split(&target).unwrap_or_default();
            let is_opaque = self.may(self.features.advice, 30);
            // What is below something that is removed has nothing left to remove.
            if removed.iter().any(|other| *other == target || path::is_below(&target, other)) {
                continue;
            }
            let prefixed = [path::WHITEOUT_PREFIX, name].concat();
            let marker = path::join(directory, if is_opaque { path::OPAQUE_WHITEOUT } else { &prefixed });
            removed.push(if is_opaque { directory.to_vec() } else { target.clone() });
            self.keep_directories(directory);
            let written = self.written(&marker);
            self.kinds.insert(marker, Path::Listed { is_directory: false });
            self.members.push(file(written, ""));
        }
    }

    fn entry(&mut self) {
        let path = self.path();
        // What is in the way becomes a directory, with an entry that says so.
        let path = self.obstacle(&path).unwrap_or(path);
        if matches!(self.kinds.get(&path), Some(Path::Listed { .. })) {
            return;
        }
        let must_be_directory = self.kinds.contains_key(&path) || self.is_obstacle_of(&path);
        let member = if must_be_directory { self.directory(&path) } else { self.member(&path) };
        let is_directory = member.entry.kind == EntryKind::Directory;
        let (above, _) = path::split(&path).unwrap_or_default();
        self.keep_directories(above);
        self.kinds.insert(path, Path::Listed { is_directory });
        if !is_directory && member.entry.kind != EntryKind::HardLink {
            self.links.push(self.members.len());
        }
        self.members.push(member);
    }

    fn path(&mut self) -> Vec<u8> {
        let depth = 1 + self.choices.below(DEPTH);
        let mut path = Vec::new();
        for _ in 0..depth {
            let names = if self.features.odd_names { NAMES.len() } else { PLAIN_NAMES };
            // Plain names collide, which is what they are for.
            let plain = self.choices.below(PLAIN_NAMES);
            let name = if self.choices.chance(30) { self.choices.below(names) } else { plain };
            path = path::join(&path, NAMES[name]);
        }
        path
    }

    /// The first of the directories above a path that is something else so far.
    fn obstacle(&self, path: &[u8]) -> Option<Vec<u8>> {
        let ends = (0..path.len()).filter(|&at| path[at] == b'/');
        ends.map(|end| &path[..end]).find(|above| !self.is_directory(above)).map(<[u8]>::to_vec)
    }

    /// Whether a path is, or is to be, a directory, or is free to become one.
    fn is_directory(&self, path: &[u8]) -> bool {
        match self.kinds.get(path) {
            Some(Path::Listed { is_directory }) => *is_directory,
            Some(Path::Directory) => true,
            None => self.below.lookup(path).is_none_or(|id| self.below.node(id).is_directory()),
        }
    }

    /// Whether something here lies below a path.
    fn is_obstacle_of(&self, path: &[u8]) -> bool {
        self.kinds.keys().any(|other| path::is_below(other, path))
    }

    fn keep_directories(&mut self, directory: &[u8]) {
        let ends = (1..=directory.len()).filter(|&at| at == directory.len() || directory[at] == b'/');
        for end in ends {
            self.kinds.entry(directory[..end].to_vec()).or_insert(Path::Directory);
        }
    }

    fn member(&mut self, path: &[u8]) -> Member {
        let special = self.features.special_files;
        let written = self.written(path);
        let kind = if self.may(special, 35) { 1 + self.choices.below(5) } else { 0 };
        let content = *self.choices.pick(CONTENTS);
        match kind {
            0 if self.choices.chance(25) => self.directory(path),
            1 => {
                let target = *self.choices.pick(TARGETS);
                let link = symlink(written, target);
                with(self.attributed(link), |link| link.mode = 0o777)
            }
            2 if !self.links.is_empty() => {
                let target = &self.members[self.links[self.choices.below(self.links.len())]];
                let (name, attributes) = (target.entry.path.clone(), target.entry.clone());
                with(hard_link(written, name), |link| {
                    let (path, target) = (std::mem::take(&mut link.path), std::mem::take(&mut link.link));
                    *link = attributes;
                    (link.path, link.link, link.kind, link.size) = (path, target, EntryKind::HardLink, 0);
                    link.device = Device::default();
                })
            }
            3 => self.attributed(fifo(written)),
            4 => self.attributed(device(written, EntryKind::CharDevice, 1, 3)),
            5 => self.attributed(device(written, EntryKind::BlockDevice, 7, 0o7777)),
            _ => self.attributed(file(written, content)),
        }
    }

    fn directory(&mut self, path: &[u8]) -> Member {
        let mut written = self.written(path);
        if !self.may(self.features.odd_names, 20) {
            written.push(b'/');
        }
        self.attributed(directory(written))
    }

    /// A path as it stands in the archive.
    fn written(&mut self, path: &[u8]) -> Vec<u8> {
        let has_dot = self.may(self.features.odd_names, 20);
        if has_dot { [b"./", path].concat() } else { path.to_vec() }
    }

    fn attributed(&mut self, member: Member) -> Member {
        if !self.may(self.features.odd_attributes, 40) {
            return member;
        }
        let choices = &mut *self.choices;
        let xattr = choices.chance(30).then(|| *choices.pick(XATTRS));
        with(member, |entry| {
            entry.mode = *choices.pick(MODES);
            (entry.uid, entry.gid) = (*choices.pick(IDS), *choices.pick(IDS));
            entry.modified = *choices.pick(TIMES);
            (entry.uname, entry.gname) = (choices.pick(OWNERS).to_vec(), choices.pick(OWNERS).to_vec());
            if let (Some((name, value)), EntryKind::File | EntryKind::Directory) = (xattr, entry.kind) {
                entry.xattrs.insert(name.to_vec(), value.to_vec());
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use seaworthy_image::filesystem::{Limits, NoteKind, apply};

    use super::*;
    use crate::choices::seeded;

    /// What a changeset may leave open: it says nothing of some directories' attributes.
    const OPEN: &[NoteKind] = &[NoteKind::ImpliedDirectory, NoteKind::UnlistedDirectory];

    #[test]
    fn stacks_of_valid_changesets_leave_nothing_open() {
        let mut removed = 0;
        for number in 0..500 {
            let bytes = seeded(&format!("valid changesets {number}"), 2048);
            let mut choices = Choices::new(&bytes);
            let mut tree = Tree::new();
            for layer in 0..4 {
                let members = valid(&mut choices, &Features::all(), &tree);
                let paths: BTreeSet<Vec<u8>> =
                    members.iter().map(|it| path::clean(&it.entry.path).unwrap().path.into_owned()).collect();
                assert_eq!(paths.len(), members.len(), "{number}, layer {layer}: a path with two entries");
                let applied = apply(tree, &members, &Limits::default()).unwrap();
                let notes: Vec<_> = applied.notes.iter().filter(|note| !OPEN.contains(&note.kind)).collect();
                assert!(notes.is_empty(), "{number}, layer {layer}: {notes:?} in {members:#?}");
                removed += members.iter().filter(|it| it.entry.path.starts_with(b".wh.")).count();
                tree = applied.tree;
            }
        }
        assert!(removed > 100, "{removed}");
    }

    #[test]
    fn without_choices_there_is_one_file() {
        let members = valid(&mut Choices::new(&[]), &Features::all(), &Tree::new());
        assert_eq!(members, [file("a", "ahoy\n")]);
    }
}
