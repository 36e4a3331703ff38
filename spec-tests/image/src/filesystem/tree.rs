//! A file system in memory.

use std::collections::BTreeMap;
use std::collections::btree_map;

use super::content::Content;
use super::path::components;
use crate::tar::{Device, Time};

/// A file system: a root directory, and all that is in it.
///
/// A name leads to a node, and a node may have many names: hard links. Nodes are kept in one list, so
/// that nothing recurses however deep the tree is. A node without a name is no longer part of the file
/// system, but its place is not used again: a [`NodeId`] means the same node for ever.
#[derive(Debug, Clone)]
pub struct Tree {
    nodes: Vec<Node>,
}

/// A file of any kind, without its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// What it is, and what it holds.
    pub kind: Kind,
    /// The rest.
    pub attributes: Attributes,
}

/// The kinds of files, with what each of them holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File(Content),
    /// A directory: its nodes by name. Names are raw bytes without slashes.
    Directory(BTreeMap<Vec<u8>, NodeId>),
    /// A symbolic link, with its target as it is written.
    Symlink(Vec<u8>),
    /// A character device.
    CharDevice(Device),
    /// A block device.
    BlockDevice(Device),
    /// A FIFO.
    Fifo,
}

/// What every file has (layer.md, "File Attributes").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The permission bits with set-user-id, set-group-id and sticky: at most 0o7777. Those of a
    /// symbolic link mean nothing, and are always [`Attributes::LINK_MODE`].
    pub mode: u32,
    /// The numeric id of its owner.
    pub uid: u64,
    /// The numeric id of its group.
    pub gid: u64,
    /// When its content was last modified.
    pub modified: Time,
    /// Its extended attributes, by their full names.
    pub xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// Names one node of one tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) usize);

impl Attributes {
    /// The mode of every symbolic link.
    pub const LINK_MODE: u32 = 0o777;
    /// The mode of a directory of which nothing is known.
    pub const DIRECTORY_MODE: u32 = 0o755;

    /// The attributes of a directory that is there only because something lies in it: it belongs to
    /// root and is from 1970. The specification says nothing about them.
    pub fn of_implied_directory() -> Self {
        Attributes { mode: Self::DIRECTORY_MODE, ..Attributes::default() }
    }
}

impl Kind {
    /// A directory with nothing in it.
    pub const fn empty_directory() -> Self {
        Kind::Directory(BTreeMap::new())
    }

    /// The kind's name with its article, for messages.
    pub const fn describe(&self) -> &'static str {
        match self {
            Kind::File(_) => "a regular file",
            Kind::Directory(_) => "a directory",
            Kind::Symlink(_) => "a symbolic link",
            Kind::CharDevice(_) => "a character device",
            Kind::BlockDevice(_) => "a block device",
            Kind::Fifo => "a FIFO",
        }
    }
}

impl Default for Kind {
    fn default() -> Self {
        Kind::File(Content::default())
    }
}

impl Node {
    /// A directory with nothing in it and nothing known about it.
    pub fn implied_directory() -> Self {
        Node { kind: Kind::empty_directory(), attributes: Attributes::of_implied_directory() }
    }

    /// What is in the directory; `None` if this is none.
    pub fn children(&self) -> Option<&BTreeMap<Vec<u8>, NodeId>> {
        match &self.kind {
            Kind::Directory(children) => Some(children),
            _ => None,
        }
    }

    /// Whether this is a directory.
    pub fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory(_))
    }
}

impl Default for Tree {
    fn default() -> Self {
        Tree { nodes: vec![Node::implied_directory()] }
    }
}

/// Two trees are equal if [`compare`](super::compare()) finds no difference.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        super::compare(self, other, 1).is_empty()
    }
}

impl Eq for Tree {}

impl Tree {
    /// The root directory.
    pub const ROOT: NodeId = NodeId(0);

    /// A file system with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A node.
    ///
    /// # Panics
    ///
    /// The id is from another tree, and there are not as many nodes in this one.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The attributes of a node, to be changed. Those of a symbolic link have to keep their mode.
    ///
    /// # Panics
    ///
    /// As for [`Tree::node`].
    pub fn attributes_mut(&mut self, id: NodeId) -> &mut Attributes {
        &mut self.nodes[id.0].attributes
    }

    /// How many nodes were ever made here, the root and those without a name included.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The node of this name in a directory; `None` also if that is no directory.
    pub fn child(&self, directory: NodeId, name: &[u8]) -> Option<NodeId> {
        self.node(directory).children()?.get(name).copied()
    }

    /// The node at a clean path (see [`path::clean`](super::path::clean)). No link is followed: what
    /// lies beneath anything but a directory is not there.
    pub fn lookup(&self, path: &[u8]) -> Option<NodeId> {
        components(path).try_fold(Self::ROOT, |directory, name| self.child(directory, name))
    }

    /// Puts a new node into a directory, in place of whatever has this name there. Nothing changes, and
    /// there is no id, if that is no directory, if no file can have this name (it is empty, `.` or `..`,
    /// or has a slash or a NUL), if no symbolic link can have this target (it is empty or has a NUL), or
    /// if the node is a directory with something in it.
    pub fn add(&mut self, directory: NodeId, name: &[u8], mut node: Node) -> Option<NodeId> {
        let is_possible = match &node.kind {
            Kind::Directory(children) => children.is_empty(),
            Kind::Symlink(target) => !target.is_empty() && !target.contains(&0),
            _ => true,
        };
        if !is_possible || !is_name(name) {
            return None;
        }
        let id = NodeId(self.nodes.len());
        self.children_mut(directory)?.insert(name.to_vec(), id);
        if matches!(node.kind, Kind::Symlink(_)) {
            node.attributes.mode = Attributes::LINK_MODE;
        }
        self.nodes.push(node);
        Some(id)
    }

    /// Gives a node one more name, in place of whatever has this name there. Says whether it did:
    /// directories have one name only, names are in directories only, and not every name is possible
    /// (see [`Tree::add`]).
    pub fn link(&mut self, directory: NodeId, name: &[u8], node: NodeId) -> bool {
        if self.node(node).is_directory() || !is_name(name) {
            return false;
        }
        let Some(children) = self.children_mut(directory) else { return false };
        children.insert(name.to_vec(), node);
        true
    }

    /// Removes a name from a directory, and with it all that lies below. Says whether it was there.
    pub fn remove(&mut self, directory: NodeId, name: &[u8]) -> bool {
        self.children_mut(directory).is_some_and(|children| children.remove(name).is_some())
    }

    /// Removes every name from a directory. Says whether there was any.
    pub fn remove_children(&mut self, directory: NodeId) -> bool {
        self.children_mut(directory).is_some_and(|children| !std::mem::take(children).is_empty())
    }

    /// Goes through every name: a directory before what is in it, the names in a directory by their
    /// bytes, beginning with the root, whose path is empty. `visit` gets a clean path.
    pub fn walk(&self, mut visit: impl FnMut(&[u8], NodeId)) {
        let mut path = Vec::new();
        let mut above: Vec<(usize, btree_map::Iter<'_, Vec<u8>, NodeId>)> = Vec::new();
        visit(&path, Self::ROOT);
        above.extend(self.node(Self::ROOT).children().map(|children| (0, children.iter())));
        while let Some((length, names)) = above.last_mut() {
            path.truncate(*length);
            let Some((name, &id)) = names.next() else {
                above.pop();
                continue;
            };
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            visit(&path, id);
            if let Some(children) = self.node(id).children() {
                above.push((path.len(), children.iter()));
            }
        }
    }

    fn children_mut(&mut self, directory: NodeId) -> Option<&mut BTreeMap<Vec<u8>, NodeId>> {
        match &mut self.nodes[directory.0].kind {
            Kind::Directory(children) => Some(children),
            _ => None,
        }
    }
}

fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.iter().any(|byte| matches!(byte, b'/' | 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_nodes() {
        let mut tree = Tree::new();
        let directory = tree.add(Tree::ROOT, b"d", Node::implied_directory()).unwrap();
        let file = tree.add(directory, b"f", Node::default()).unwrap();
        assert!(tree.link(Tree::ROOT, b"g", file));
        assert!(!tree.link(Tree::ROOT, b"e", directory), "a directory has one name");
        assert!(!tree.link(file, b"x", file), "names are in directories");
        assert_eq!(tree.add(file, b"x", Node::default()), None);
        assert_eq!(tree.lookup(b"d/f"), Some(file));
        assert_eq!(tree.lookup(b"g"), Some(file));
        assert_eq!(tree.lookup(b"g/f"), None);
        assert_eq!(tree.lookup(b""), Some(Tree::ROOT));
        let mut paths = Vec::new();
        tree.walk(|path, _| paths.push(String::from_utf8_lossy(path).into_owned()));
        assert_eq!(paths, ["", "d", "d/f", "g"]);
        assert!(tree.remove(Tree::ROOT, b"d") && !tree.remove(Tree::ROOT, b"d"));
        assert_eq!(tree.lookup(b"d/f"), None);
        assert!(tree.remove_children(Tree::ROOT) && !tree.remove_children(Tree::ROOT));
    }

    #[test]
    fn a_directory_that_is_only_implied_is_open_to_all_and_of_root() {
        let attributes = Node::implied_directory().attributes;
        assert_eq!(attributes, Attributes { mode: 0o755, ..Attributes::default() });
        assert_eq!((attributes.uid, attributes.gid), (0, 0));
    }

    #[test]
    fn impossible_nodes_are_not_added() {
        let mut tree = Tree::new();
        let file = tree.add(Tree::ROOT, b"f", Node::default()).unwrap();
        for name in ["", ".", "..", "a/b", "a\0"] {
            assert_eq!(tree.add(Tree::ROOT, name.as_bytes(), Node::default()), None, "{name:?}");
            assert!(!tree.link(Tree::ROOT, name.as_bytes(), file), "{name:?}");
        }
        let full = tree.node(Tree::ROOT).clone();
        for node in
            [b"".as_slice(), b"a\0"].map(|target| Node { kind: Kind::Symlink(target.into()), ..full.clone() })
        {
            assert_eq!(tree.add(Tree::ROOT, b"l", node), None);
        }
        assert_eq!(tree.add(Tree::ROOT, b"d", full), None);
        assert_eq!(tree.node_count(), 2);
    }

    #[test]
    fn depth_costs_no_stack() {
        let mut tree = Tree::new();
        let mut directory = Tree::ROOT;
        for _ in 0..20_000 {
            directory = tree.add(directory, b"d", Node::implied_directory()).unwrap();
        }
        let mut deepest = 0;
        tree.walk(|path, _| deepest = deepest.max(path.len()));
        assert_eq!(deepest, 2 * 20_000 - 1);
        assert_eq!(tree.clone(), tree);
    }
}
