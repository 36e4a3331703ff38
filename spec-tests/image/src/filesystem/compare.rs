//! What is different between two trees.

use std::collections::HashMap;
use std::collections::btree_map;
use std::iter::Peekable;

use super::tree::{Kind, Node, NodeId, Tree};

/// One difference between two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, as a clean path.
    pub path: Vec<u8>,
    /// In what.
    pub aspect: Aspect,
}

/// What may be different about a path. Of something that is in one tree only, or is of another kind, what
/// lies below is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The first tree does not have it.
    Added,
    /// The second tree does not have it.
    Removed,
    /// One is a file and the other a directory, say.
    Kind,
    /// The bytes of a file.
    Content,
    /// The target of a symbolic link.
    Target,
    /// The numbers of a device.
    Device,
    /// The mode.
    Mode,
    /// The id of the owner or of the group.
    Owner,
    /// The time of modification, in whole seconds.
    Modified,
    /// The time of modification, but only below the second.
    Nanoseconds,
    /// An extended attribute.
    Xattrs,
    /// It is a hard link to a path in one tree, and not in the other.
    Links,
}

/// The differences between two trees, by path, at most `limit` of them.
pub fn compare(first: &Tree, second: &Tree, limit: usize) -> Vec<Difference> {
    let mut found = Vec::new();
    // The node of the other tree that was met together with this one, at their first common name. Hard
    // links agree if it is always the same.
    let mut first_names: HashMap<NodeId, NodeId> = HashMap::new();
    let mut second_names: HashMap<NodeId, NodeId> = HashMap::new();
    walk_both(first, second, |path, one, two| {
        if found.len() >= limit {
            return false;
        }
        let mut note = |aspect| found.push(Difference { path: path.to_vec(), aspect });
        match (one, two) {
            (Some(one), Some(two)) => {
                aspects(first.node(one), second.node(two)).for_each(&mut note);
                let is_linked = *first_names.entry(one).or_insert(two) == two
                    && *second_names.entry(two).or_insert(one) == one;
                if !is_linked {
                    note(Aspect::Links);
                }
                first.node(one).is_directory() == second.node(two).is_directory()
            }
            (one, _) => {
                note(if one.is_none() { Aspect::Added } else { Aspect::Removed });
                false
            }
        }
    });
    found.truncate(limit);
    found
}

/// Goes through the names of two trees side by side, in the order of [`Tree::walk`]. `visit` gets a clean
/// path with the nodes that the trees have there, and says whether to go on below it.
pub(super) fn walk_both(
    first: &Tree,
    second: &Tree,
    mut visit: impl FnMut(&[u8], Option<NodeId>, Option<NodeId>) -> bool,
) {
    let mut path = Vec::new();
    let mut above: Vec<(usize, Option<Names<'_>>, Option<Names<'_>>)> = Vec::new();
    if visit(&path, Some(Tree::ROOT), Some(Tree::ROOT)) {
        above.push((0, names(first, Some(Tree::ROOT)), names(second, Some(Tree::ROOT))));
    }
    while let Some((length, one, two)) = above.last_mut() {
        path.truncate(*length);
        let name = match (one.as_mut().and_then(Peekable::peek), two.as_mut().and_then(Peekable::peek)) {
            (Some((one, _)), Some((two, _))) => *one.min(two),
            (Some((name, _)), None) | (None, Some((name, _))) => *name,
            (None, None) => {
                above.pop();
                continue;
            }
        };
        let take = |names: &mut Option<Names<'_>>| {
            names.as_mut().and_then(|names| names.next_if(|(next, _)| *next == name)).map(|(_, &id)| id)
        };
        let (one, two) = (take(one), take(two));
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        if visit(&path, one, two) {
            let (one, two) = (names(first, one), names(second, two));
            if one.is_some() || two.is_some() {
                above.push((path.len(), one, two));
            }
        }
    }
}

fn names(tree: &Tree, id: Option<NodeId>) -> Option<Names<'_>> {
    Some(tree.node(id?).children()?.iter().peekable())
}

type Names<'t> = Peekable<btree_map::Iter<'t, Vec<u8>, NodeId>>;

/// Of files of two kinds, nothing else is compared.
fn aspects(first: &Node, second: &Node) -> impl Iterator<Item = Aspect> {
    let held = match (&first.kind, &second.kind) {
        (Kind::File(one), Kind::File(two)) => (one != two).then_some(Aspect::Content),
        (Kind::Symlink(one), Kind::Symlink(two)) => (one != two).then_some(Aspect::Target),
        (Kind::CharDevice(one), Kind::CharDevice(two)) | (Kind::BlockDevice(one), Kind::BlockDevice(two)) => {
            (one != two).then_some(Aspect::Device)
        }
        (Kind::Directory(_), Kind::Directory(_)) | (Kind::Fifo, Kind::Fifo) => None,
        _ => Some(Aspect::Kind),
    };
    let (one, two) = (&first.attributes, &second.attributes);
    let modified = if one.modified.seconds != two.modified.seconds {
        Some(Aspect::Modified)
    } else {
        (one.modified != two.modified).then_some(Aspect::Nanoseconds)
    };
    let rest = [
        (one.mode != two.mode).then_some(Aspect::Mode),
        ((one.uid, one.gid) != (two.uid, two.gid)).then_some(Aspect::Owner),
        modified,
        (one.xattrs != two.xattrs).then_some(Aspect::Xattrs),
    ];
    let is_other = held == Some(Aspect::Kind);
    held.into_iter().chain(rest.into_iter().flatten().filter(move |_| !is_other))
}

#[cfg(test)]
mod tests {
    use super::super::tree::Attributes;
    use super::*;
    use crate::filesystem::Content;
    use crate::tar::{Device, Time};

    fn file(text: &str) -> Node {
        Node { kind: Kind::File(Content::from(text)), attributes: Attributes::default() }
    }

    fn check(change: impl FnOnce(&mut Tree), want: &[(&str, Aspect)]) {
        let mut first = Tree::new();
        let directory = first.add(Tree::ROOT, b"d", Node::implied_directory()).unwrap();
        let one = first.add(directory, b"one", file("1")).unwrap();
        first.link(directory, b"two", one);
        first.add(directory, b"three", file("1"));
        let node = Node { kind: Kind::Symlink(b"one".to_vec()), ..Node::default() };
        first.add(directory, b"link", node);
        let node = Node { kind: Kind::CharDevice(Device { major: 1, minor: 3 }), ..Node::default() };
        first.add(directory, b"null", node);
        let mut second = first.clone();
        change(&mut second);
        let found = compare(&first, &second, usize::MAX);
        let found: Vec<(String, Aspect)> = found
            .into_iter()
            .map(|difference| (String::from_utf8(difference.path).unwrap(), difference.aspect))
            .collect();
        let found: Vec<(&str, Aspect)> =
            found.iter().map(|(path, aspect)| (path.as_str(), *aspect)).collect();
        assert_eq!(found, want);
        assert_eq!(first == second, want.is_empty());
    }

    #[test]
    fn every_aspect_is_compared() {
        let at = |tree: &Tree, path: &str| tree.lookup(path.as_bytes()).unwrap();
        check(|_| {}, &[]);
        check(
            |tree| {
                let d = at(tree, "d");
                tree.remove(d, b"one");
                tree.add(d, b"a", file(""));
            },
            &[("d/a", Aspect::Added), ("d/one", Aspect::Removed)],
        );
        check(
            |tree| {
                tree.add(Tree::ROOT, b"d", file(""));
            },
            &[("d", Aspect::Kind)],
        );
        check(
            |tree| {
                let d = at(tree, "d");
                tree.add(d, b"three", file("3"));
                let node = Node { kind: Kind::Symlink(b"two".to_vec()), ..Node::default() };
                tree.add(d, b"link", node);
                let node = Node { kind: Kind::CharDevice(Device { major: 1, minor: 5 }), ..Node::default() };
                tree.add(d, b"null", node);
            },
            &[("d/link", Aspect::Target), ("d/null", Aspect::Device), ("d/three", Aspect::Content)],
        );
        check(
            |tree| {
                let three = at(tree, "d/three");
                let d = at(tree, "d");
                tree.link(d, b"two", three);
            },
            &[("d/two", Aspect::Links)],
        );
        check(
            |tree| {
                let d = at(tree, "d");
                tree.add(d, b"two", file("1"));
            },
            &[("d/two", Aspect::Links)],
        );
        check(
            |tree| {
                let attributes = tree.attributes_mut(Tree::ROOT);
                attributes.mode = 0o700;
                attributes.gid = 5;
                attributes.modified = Time { seconds: -1, nanoseconds: 5 };
                attributes.xattrs.insert(b"user.mood".to_vec(), b"good".to_vec());
                let d = at(tree, "d");
                tree.attributes_mut(d).modified.nanoseconds = 1;
            },
            &[
                ("", Aspect::Mode),
                ("", Aspect::Owner),
                ("", Aspect::Modified),
                ("", Aspect::Xattrs),
                ("d", Aspect::Nanoseconds),
            ],
        );
    }
}
