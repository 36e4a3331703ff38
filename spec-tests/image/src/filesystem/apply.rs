//! Applying a changeset to a tree (layer.md, "Applying Changesets").

use std::collections::{HashMap, HashSet};

use super::change::Change;
use super::content::Content;
use super::note::{Note, NoteKind};
use super::path::{self, components};
use super::tree::{Attributes, Kind, Node, NodeId, Tree};
use crate::tar::{Entry, EntryKind};

/// One entry of a changeset with its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// What the entry says.
    pub entry: Entry,
    /// The content of a regular file; of no meaning for anything else.
    pub content: Content,
}

/// How large a tree may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files and directories that are ever made in it. The largest images in use have about a
    /// million.
    pub nodes: usize,
    /// The most components of a path. Linux takes paths of 4,096 bytes, so at most half as many
    /// components at once; archives can hold longer ones.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { nodes: 8_000_000, depth: 4096 }
    }
}

/// Why a changeset was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Too many files.
    #[error("there are more than {0} files and directories")]
    Nodes(usize),
    /// A path that is too deep.
    #[error("there is a path with more than {0} components")]
    Depth(usize),
}

/// What a changeset leads to.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The tree after it.
    pub tree: Tree,
    /// What the specification leaves open, in the order of the entries; directories without an entry
    /// come last, by path.
    pub notes: Vec<Note>,
}

/// Applies a changeset, that is the entries of one layer, to the tree of the layers below.
///
/// Whiteouts act before everything else in the layer, wherever they stand: they hide what the lower
/// layers have, and nothing else. Then entries come in their order: a directory over a directory gives
/// it new attributes, anything else replaces what is there.
///
/// # Errors
///
/// The tree would become larger than the limits allow.
pub fn apply(lower: Tree, members: &[Member], limits: &Limits) -> Result<Applied, LimitError> {
    let mut layer = Layer {
        first_own: lower.node_count(),
        tree: lower,
        limits,
        notes: Vec::new(),
        seen: HashSet::new(),
        listed: HashSet::new(),
        unlisted: HashMap::new(),
    };
    // Every entry is read once, so that everything is noted once, in order.
    let mut changes = Vec::with_capacity(members.len());
    for member in members {
        let mut notes = Vec::new();
        let change = Change::read(&member.entry, |note| notes.push(note));
        if let Some(change) = &change {
            layer.remove_lower(change, &mut notes)?;
        }
        changes.push((change, notes));
    }
    for (member, (change, notes)) in members.iter().zip(changes) {
        layer.notes.extend(notes);
        if let Some(change) = change {
            layer.make(change, member)?;
        }
    }
    Ok(layer.finish())
}

/// A layer that is being applied.
struct Layer<'l> {
    tree: Tree,
    /// How many nodes the tree had before: later ones are this layer's own.
    first_own: usize,
    limits: &'l Limits,
    notes: Vec<Note>,
    /// The paths that had an entry.
    seen: HashSet<Vec<u8>>,
    /// The directories that had an entry.
    listed: HashSet<NodeId>,
    /// The directories that changed and had none so far, with their paths.
    unlisted: HashMap<NodeId, Vec<u8>>,
}

impl Layer<'_> {
    /// What a whiteout does, before anything is added.
    fn remove_lower(&mut self, change: &Change<'_>, notes: &mut Vec<Note>) -> Result<(), LimitError> {
        let (directory, name) = match change {
            Change::Whiteout { path } => path::split(path).unwrap_or_default(),
            Change::Opaque { directory } => (&directory[..], &b""[..]),
            _ => return Ok(()),
        };
        self.check_depth(directory)?;
        let Some(id) = self.tree.lookup(directory).filter(|&id| self.tree.node(id).is_directory()) else {
            let marker = match change {
                Change::Opaque { .. } => path::join(directory, path::OPAQUE_WHITEOUT),
                _ => path::join(directory, &[path::WHITEOUT_PREFIX, name].concat()),
            };
            notes.push(Note { path: marker, kind: NoteKind::MarkerWithoutDirectory });
            return Ok(());
        };
        let has_removed = match change {
            Change::Opaque { .. } => self.tree.remove_children(id),
            _ => self.tree.remove(id, name),
        };
        if has_removed {
            self.touch(id, directory);
        }
        Ok(())
    }

    /// What anything but a whiteout does.
    fn make(&mut self, change: Change<'_>, member: &Member) -> Result<(), LimitError> {
        let attributes = Attributes {
            mode: member.entry.mode,
            uid: member.entry.uid,
            gid: member.entry.gid,
            modified: member.entry.modified,
            xattrs: member.entry.xattrs.clone(),
        };
        match change {
            Change::Whiteout { path } => {
                let (directory, name) = path::split(&path).unwrap_or_default();
                self.see(&path::join(directory, &[path::WHITEOUT_PREFIX, name].concat()));
            }
            Change::Opaque { directory } => self.see(&path::join(&directory, path::OPAQUE_WHITEOUT)),
            Change::Directory { path } => {
                self.see(&path);
                let id = match self.tree.lookup(&path).filter(|&id| self.tree.node(id).is_directory()) {
                    Some(id) => {
                        *self.tree.attributes_mut(id) = attributes;
                        id
                    }
                    None => self.put(&path, Node { kind: Kind::empty_directory(), attributes })?,
                };
                self.listed.insert(id);
                self.unlisted.remove(&id);
            }
            Change::File { path, kind } => {
                self.see(&path);
                let device = member.entry.device;
                let kind = match kind {
                    EntryKind::Symlink => Kind::Symlink(member.entry.link.clone()),
                    EntryKind::CharDevice => Kind::CharDevice(device),
                    EntryKind::BlockDevice => Kind::BlockDevice(device),
                    EntryKind::Fifo => Kind::Fifo,
                    _ => Kind::File(member.content.clone()),
                };
                self.put(&path, Node { kind, attributes })?;
            }
            Change::HardLink { path, target } => {
                if let Some(target) = self.link_target(&path, &target, &attributes) {
                    self.see(&path);
                    let (directory, name) = path::split(&path).unwrap_or_default();
                    let id = self.parent(&path)?;
                    self.tree.link(id, name, target);
                    self.touch(id, directory);
                }
            }
            Change::LinkToItself { path } => {
                if self.link_target(&path, &path, &attributes).is_some() {
                    self.note(&path, NoteKind::LinkToItself);
                    self.see(&path);
                }
            }
        }
        Ok(())
    }

    fn link_target(&mut self, path: &[u8], target: &[u8], attributes: &Attributes) -> Option<NodeId> {
        let Some(id) = self.tree.lookup(target) else {
            self.note(path, NoteKind::LinkMissing);
            return None;
        };
        let node = self.tree.node(id);
        if node.is_directory() {
            self.note(path, NoteKind::LinkToDirectory);
            return None;
        }
        let mut attributes = attributes.clone();
        if let Kind::Symlink(_) = node.kind {
            attributes.mode = Attributes::LINK_MODE;
        }
        if node.attributes != attributes {
            self.note(path, NoteKind::LinkAttributes);
        }
        if id.0 < self.first_own {
            self.note(path, NoteKind::LinkToLower);
        }
        Some(id)
    }

    fn put(&mut self, path: &[u8], node: Node) -> Result<NodeId, LimitError> {
        let (directory, name) = path::split(path).unwrap_or_default();
        let parent = self.parent(path)?;
        let id = self.add(parent, name, node)?;
        self.touch(parent, directory);
        Ok(id)
    }

    /// The directory in which a path is; it and those above are made where there are none.
    fn parent(&mut self, path: &[u8]) -> Result<NodeId, LimitError> {
        self.check_depth(path)?;
        let (directory, _) = path::split(path).unwrap_or_default();
        let mut parent = Tree::ROOT;
        let mut end = 0;
        for name in components(directory) {
            let start = if end == 0 { 0 } else { end + 1 };
            end = start + name.len();
            let in_the_way = match self.tree.child(parent, name) {
                Some(id) => match self.tree.node(id).kind {
                    Kind::Directory(_) => {
                        parent = id;
                        continue;
                    }
                    Kind::Symlink(_) => Some(NoteKind::BelowSymlink),
                    _ => Some(NoteKind::BelowFile),
                },
                None => None,
            };
            if let Some(kind) = in_the_way {
                self.note(path, kind);
            }
            let id = self.add(parent, name, Node::implied_directory())?;
            self.touch(parent, &directory[..start.saturating_sub(1)]);
            self.touch(id, &directory[..end]);
            parent = id;
        }
        Ok(parent)
    }

    fn add(&mut self, parent: NodeId, name: &[u8], node: Node) -> Result<NodeId, LimitError> {
        let has_room = self.tree.node_count() < self.limits.nodes;
        has_room
            .then(|| self.tree.add(parent, name, node))
            .flatten()
            .ok_or(LimitError::Nodes(self.limits.nodes))
    }

    fn check_depth(&self, path: &[u8]) -> Result<(), LimitError> {
        let is_too_deep = components(path).nth(self.limits.depth).is_some();
        if is_too_deep { Err(LimitError::Depth(self.limits.depth)) } else { Ok(()) }
    }

    fn touch(&mut self, id: NodeId, path: &[u8]) {
        if !self.listed.contains(&id) {
            self.unlisted.entry(id).or_insert_with(|| path.to_vec());
        }
    }

    fn see(&mut self, path: &[u8]) {
        if !self.seen.insert(path.to_vec()) {
            self.note(path, NoteKind::Duplicate);
        }
    }

    fn note(&mut self, path: &[u8], kind: NoteKind) {
        self.notes.push(Note { path: path.to_vec(), kind });
    }

    fn finish(mut self) -> Applied {
        let mut unlisted: Vec<Note> = Vec::new();
        for (id, path) in self.unlisted {
            // Some may have been replaced since.
            if self.tree.lookup(&path) == Some(id) {
                let is_lower = id.0 < self.first_own;
                let kind = if is_lower { NoteKind::UnlistedDirectory } else { NoteKind::ImpliedDirectory };
                unlisted.push(Note { path, kind });
            }
        }
        unlisted.sort();
        self.notes.extend(unlisted);
        Applied { tree: self.tree, notes: self.notes }
    }
}

#[cfg(test)]
mod tests;
