//! The changeset between two trees (layer.md, "Creating").

use std::collections::{HashMap, HashSet, btree_map};

use super::apply::Member;
use super::compare::walk_both;
use super::content::Content;
use super::path::{WHITEOUT_PREFIX, join};
use super::tree::{Kind, Node, NodeId, Tree};
use crate::tar::{Entry, EntryKind};

/// A file whose name begins with the prefix of whiteouts, so that no changeset can tell of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name of {:?} begins with .wh., as only whiteouts do", String::from_utf8_lossy(.0))]
pub struct ReservedName(
    /// Its path.
    pub Vec<u8>,
);

/// The changeset that leads from `lower` to `upper`. Applied to `lower` it gives `upper`, and nothing in it
/// is left to the program that applies it.
///
/// The same trees give the same changeset: names in a directory are sorted by their bytes, explicit
/// whiteouts before them. A file with several names is written once, at the first of them, and the
/// others are hard links to that; none refers to a lower layer. Each directory above a change has an entry,
/// so that its attributes are known to programs that keep layers apart.
///
/// # Errors
///
/// A name in either tree begins with `.wh.`.
pub fn diff(lower: &Tree, upper: &Tree) -> Result<Vec<Member>, ReservedName> {
    let files = Files::survey(lower, upper)?;
    let mut diff = Diff { lower, upper, files, path: Vec::new(), above: Vec::new(), members: Vec::new() };
    diff.enter(Tree::ROOT, Some(Tree::ROOT));
    diff.run();
    Ok(diff.members)
}

/// What becomes of the files of the upper tree, all their names considered.
#[derive(Default)]
struct Files {
    /// Those that are in the lower tree already, under all the names that they have in the upper.
    kept: HashSet<NodeId>,
    /// Those that have more than one name, with the first one once that is written.
    linked: HashMap<NodeId, Option<Vec<u8>>>,
}

impl Files {
    fn survey(lower: &Tree, upper: &Tree) -> Result<Self, ReservedName> {
        let mut files = Files::default();
        let mut reserved = None;
        // The node of the lower tree that all the names so far have there, if it is the same file.
        let mut twins: HashMap<NodeId, Option<NodeId>> = HashMap::new();
        let mut order = Vec::new();
        walk_both(lower, upper, |path, below, id| {
            let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
            if name.starts_with(WHITEOUT_PREFIX) {
                reserved.get_or_insert_with(|| ReservedName(path.to_vec()));
            }
            let Some(id) = id else { return false };
            let node = upper.node(id);
            if node.is_directory() {
                return reserved.is_none();
            }
            let twin = below.filter(|&below| lower.node(below) == node);
            match twins.entry(id) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(twin);
                    order.push(id);
                }
                std::collections::hash_map::Entry::Occupied(mut entry) => {
                    files.linked.insert(id, None);
                    if *entry.get() != twin {
                        entry.insert(None);
                    }
                }
            }
            false
        });
        if let Some(reserved) = reserved {
            return Err(reserved);
        }
        // What was one file may now be two that look the same. Only one of them can be the old one.
        let mut taken = HashSet::new();
        for id in order {
            if let Some(Some(twin)) = twins.get(&id)
                && taken.insert(*twin)
            {
                files.kept.insert(id);
            }
        }
        Ok(files)
    }
}

struct Diff<'t> {
    lower: &'t Tree,
    upper: &'t Tree,
    files: Files,
    /// Where the walk stands.
    path: Vec<u8>,
    /// The directories on the way there.
    above: Vec<Directory<'t>>,
    members: Vec<Member>,
}

struct Directory<'t> {
    node: &'t Node,
    /// The same directory in the lower tree.
    lower: Option<NodeId>,
    /// What is in it and still to be looked at.
    names: btree_map::Iter<'t, Vec<u8>, NodeId>,
    /// How long its path is.
    length: usize,
    /// Whether it has an entry.
    is_listed: bool,
}

impl<'t> Diff<'t> {
    fn run(&mut self) {
        while let Some(directory) = self.above.last_mut() {
            self.path.truncate(directory.length);
            let Some((name, &id)) = directory.names.next() else {
                self.above.pop();
                continue;
            };
            let below = directory.lower.and_then(|directory| self.lower.child(directory, name));
            if !self.path.is_empty() {
                self.path.push(b'/');
            }
            self.path.extend_from_slice(name);
            if self.upper.node(id).is_directory() {
                self.enter(id, below);
            } else if !self.files.kept.contains(&id) {
                self.file(id);
            }
        }
    }

    /// Begins with a directory: itself if it is new or changed, and what is missing in it.
    fn enter(&mut self, id: NodeId, below: Option<NodeId>) {
        let node = self.upper.node(id);
        let Some(children) = node.children() else { return };
        let below = below.map(|id| (id, self.lower.node(id))).filter(|(_, node)| node.is_directory());
        let length = self.path.len();
        let lower = below.map(|(id, _)| id);
        self.above.push(Directory { node, lower, names: children.iter(), length, is_listed: false });
        if below.is_none_or(|(_, below)| below.attributes != node.attributes) {
            self.list();
        }
        let removed = below.and_then(|(_, below)| below.children());
        for name in removed.into_iter().flat_map(|names| names.keys()) {
            if !children.contains_key(name) {
                self.list();
                let path = join(&self.path, &[WHITEOUT_PREFIX, name].concat());
                let entry = Entry { path, mode: 0o644, ..Entry::default() };
                self.members.push(Member { entry, content: Content::default() });
            }
        }
    }

    /// Gives an entry to every directory on the way that has none yet.
    fn list(&mut self) {
        let first = self.above.iter().rposition(|directory| directory.is_listed).map_or(0, |at| at + 1);
        for directory in &mut self.above[first..] {
            directory.is_listed = true;
            let mut path = self.path[..directory.length].to_vec();
            path.extend_from_slice(if path.is_empty() { b"./" } else { b"/" });
            self.members.push(member(path, directory.node));
        }
    }

    fn file(&mut self, id: NodeId) {
        // The path is already that of the file, and begins with those of the directories.
        self.list();
        let mut member = member(self.path.clone(), self.upper.node(id));
        match self.files.linked.get_mut(&id) {
            Some(Some(first)) => {
                member.entry.kind = EntryKind::HardLink;
                member.entry.link.clone_from(first);
                member.entry.size = 0;
                member.content = Content::default();
            }
            Some(first) => *first = Some(self.path.clone()),
            None => {}
        }
        self.members.push(member);
    }
}

fn member(path: Vec<u8>, node: &Node) -> Member {
    let attributes = &node.attributes;
    let mut entry = Entry {
        path,
        mode: attributes.mode,
        uid: attributes.uid,
        gid: attributes.gid,
        modified: attributes.modified,
        xattrs: attributes.xattrs.clone(),
        ..Entry::default()
    };
    let mut content = Content::default();
    entry.kind = match &node.kind {
        Kind::File(file) => {
            content = file.clone();
            entry.size = file.size();
            EntryKind::File
        }
        Kind::Directory(_) => EntryKind::Directory,
        Kind::Symlink(target) => {
            entry.link.clone_from(target);
            EntryKind::Symlink
        }
        Kind::CharDevice(device) => {
            entry.device = *device;
            EntryKind::CharDevice
        }
        Kind::BlockDevice(device) => {
            entry.device = *device;
            EntryKind::BlockDevice
        }
        Kind::Fifo => EntryKind::Fifo,
    };
    Member { entry, content }
}

#[cfg(test)]
mod tests;
