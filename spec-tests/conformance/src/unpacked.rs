//! Whether the tree that came out of an image is the one that its layers describe.
//!
//! The model of `seaworthy-image` says what has to come out, and what the specification leaves open on
//! the way ([`Note`]). Only what it settles is compared; and of that only what can be kept where
//! programs run.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use seaworthy_image::filesystem::path::{self, clean, is_below};
use seaworthy_image::filesystem::{
    self, Aspect, Content, Difference, Kind, LimitError, Member, Node, NodeId, Note, NoteKind, Tree, compare,
};

use seaworthy_image::layer;
use seaworthy_image::layout::Memory;

use crate::outcome::Differences;
use crate::scratch::Scratch;
use crate::tree;

/// The tree that has to come out of an image.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The tree.
    pub tree: Tree,
    open: Open,
}

/// What can be kept where the tree came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Files can belong to any user that is written with 16 bits.
    pub owners: bool,
    /// When unpacking began: what is as new as that has no time of modification of its own.
    pub began: Option<SystemTime>,
}

/// What the specification leaves open about a tree.
#[derive(Debug, Clone, Default)]
struct Open {
    /// Paths of which, and below which, anything may come out.
    anything: BTreeSet<Vec<u8>>,
    /// Directories of which nothing but the kind is settled.
    attributes: BTreeSet<Vec<u8>>,
}

impl Wanted {
    /// What the layers lead to, the lowest first.
    ///
    /// # Errors
    ///
    /// The tree would become too large.
    pub fn of(layers: &[Vec<Member>]) -> Result<Wanted, LimitError> {
        let limits = filesystem::Limits::default();
        let mut tree = Tree::new();
        let mut open = Open::default();
        // The specification does not say what the root directory is like, unless a layer does.
        open.attributes.insert(Vec::new());
        for members in layers {
            let applied = filesystem::apply(tree, members, &limits)?;
            tree = applied.tree;
            for note in &applied.notes {
                open.note(note, &tree);
            }
            for entry in members.iter().map(|member| &member.entry) {
                open.settle(&entry.path);
            }
        }
        Ok(Wanted { tree, open })
    }

    /// What has to come out and cannot be made where programs run: nobody but root of the machine can
    /// make devices, and a root of one's own can give files to as many users as it was given.
    pub fn beyond_reach(&self) -> Option<&'static str> {
        let mut found = None;
        self.tree.walk(|_, node| {
            let node = self.tree.node(node);
            if matches!(node.kind, Kind::CharDevice(_) | Kind::BlockDevice(_)) {
                found = Some("where it runs, nobody can make devices");
            } else if !is_common_owner(node) {
                found = found.or(Some("where it runs, there are no users with ids above 65535"));
            }
        });
        found
    }

    /// How a tree differs from this one in what is settled and could be kept.
    pub fn differences(&self, found: &Tree, kept: Kept) -> Differences {
        const LOOKED_AT: usize = 10_000;
        let all = compare(&self.tree, found, LOOKED_AT);
        let counted = all.iter().filter(|difference| self.counts(difference, found, kept));
        Differences::new(counted.map(|difference| self.describe(difference, found, kept)))
    }

    fn counts(&self, difference: &Difference, found: &Tree, kept: Kept) -> bool {
        let Difference { path, aspect } = difference;
        if self.open.anything.iter().any(|open| open == path || is_below(path, open)) {
            return false;
        }
        let is_attribute = matches!(
            aspect,
            Aspect::Mode | Aspect::Owner | Aspect::Modified | Aspect::Nanoseconds | Aspect::Xattrs
        );
        if is_attribute && self.open.attributes.contains(path) {
            return false;
        }
        match aspect {
            // Only the time of modification is named, and no fraction of a second.
            Aspect::Nanoseconds => false,
            Aspect::Owner => kept.owners && self.at(path).is_some_and(is_common_owner),
            Aspect::Xattrs => self.user_xattrs(path) != user_xattrs(found, path),
            _ => true,
        }
    }

    fn at(&self, path: &[u8]) -> Option<&Node> {
        self.tree.lookup(path).map(|id| self.tree.node(id))
    }

    fn user_xattrs(&self, path: &[u8]) -> Vec<(&[u8], &[u8])> {
        user_xattrs(&self.tree, path)
    }

    /// A difference with both values. It has to be the same in every run, so times of the run itself
    /// are not told.
    fn describe(&self, difference: &Difference, found: &Tree, kept: Kept) -> String {
        let Difference { path, aspect } = difference;
        let shown = if path.is_empty() { "/".to_owned() } else { path.escape_ascii().to_string() };
        let (wanted, other) = (self.at(path), found.lookup(path).map(|id| found.node(id)));
        let what = match (aspect, wanted, other) {
            (Aspect::Added, _, Some(other)) => {
                format!("there is {}, and should be nothing", other.kind.describe())
            }
            (Aspect::Removed, Some(wanted), _) => format!("{} is missing", wanted.kind.describe()),
            (Aspect::Kind, Some(wanted), Some(other)) => {
                format!("is {}, not {}", other.kind.describe(), wanted.kind.describe())
            }
            (Aspect::Content, ..) => "holds other bytes".to_owned(),
            (Aspect::Target, Some(wanted), Some(other)) => {
                format!("leads to {}, not to {}", target(other), target(wanted))
            }
            (Aspect::Mode, Some(wanted), Some(other)) => {
                format!("has mode {:04o}, not {:04o}", other.attributes.mode, wanted.attributes.mode)
            }
            (Aspect::Owner, Some(wanted), Some(other)) => {
                format!("belongs to {}, not to {}", owner(other), owner(wanted))
            }
            (Aspect::Modified, Some(wanted), Some(other)) => {
                let is_new =
                    kept.began.is_some_and(|began| seconds(began) <= other.attributes.modified.seconds);
                let wanted = wanted.attributes.modified.seconds;
                match is_new {
                    true => format!("was modified when it was unpacked, not at {wanted}"),
                    false => {
                        format!("was modified at {}, not at {wanted}", other.attributes.modified.seconds)
                    }
                }
            }
            (Aspect::Xattrs, ..) => "has other extended attributes".to_owned(),
            (Aspect::Links, ..) => self.describe_links(path, found),
            _ => format!("differs ({aspect:?})"),
        };
        format!("{shown}: {what}")
    }

    fn describe_links(&self, path: &[u8], found: &Tree) -> String {
        let names = |tree: &Tree| {
            let of: Option<NodeId> = tree.lookup(path);
            let mut names = Vec::new();
            tree.walk(|other, id| {
                if Some(id) == of && other != path {
                    names.push(other.escape_ascii().to_string());
                }
            });
            if names.is_empty() { "nothing else".to_owned() } else { names.join(" and ") }
        };
        format!("is the same file as {}, not as {}", names(found), names(&self.tree))
    }
}

impl Open {
    fn note(&mut self, note: &Note, tree: &Tree) {
        let path = clean(&note.path).map_or_else(|_| note.path.clone(), |clean| clean.path.into_owned());
        match note.kind {
            NoteKind::ImpliedDirectory | NoteKind::UnlistedDirectory => {
                self.attributes.insert(path);
            }
            // Whether the directory appears is open, too.
            NoteKind::MarkerWithoutDirectory => {
                let mut above = &path[..];
                while let Some((directory, _)) = path::split(above) {
                    if tree.lookup(directory).is_none() {
                        self.anything.insert(directory.to_vec());
                    }
                    above = directory;
                }
                self.anything.insert(path);
            }
            // One program keeps the link and writes elsewhere or nowhere, another replaces it.
            NoteKind::BelowSymlink | NoteKind::BelowFile => {
                let first = path::components(&path).next().unwrap_or_default();
                self.anything.insert(first.to_vec());
            }
            // The attributes are those of the file, whichever of its names they are looked up by.
            NoteKind::LinkAttributes => {
                let linked = tree.lookup(&path);
                tree.walk(|other, id| {
                    if Some(id) == linked {
                        self.attributes.insert(other.to_vec());
                    }
                });
            }
            NoteKind::LinkToItself => {}
            _ => {
                if let Some((directory, name)) = path::split(&path)
                    && let Some(path::Marker::Whiteout(removed)) = path::Marker::read(name)
                {
                    self.anything.insert(path::join(directory, removed));
                }
                self.anything.insert(path);
            }
        }
    }

    /// An entry for a directory says what it is like, whatever was open before.
    fn settle(&mut self, path: &[u8]) {
        if let Ok(clean) = clean(path) {
            self.attributes.remove(&*clean.path);
        }
    }
}

/// Images use the ids that a program's own root can give; higher ones cannot be kept there.
fn is_common_owner(node: &Node) -> bool {
    const HIGHEST: u64 = 65_535;
    node.attributes.uid <= HIGHEST && node.attributes.gid <= HIGHEST
}

/// The attributes of the one class that is for everybody: others need rights, or have a meaning.
fn user_xattrs<'t>(tree: &'t Tree, path: &[u8]) -> Vec<(&'t [u8], &'t [u8])> {
    let node = tree.lookup(path).map(|id| tree.node(id));
    let xattrs = node.into_iter().flat_map(|node| &node.attributes.xattrs);
    xattrs
        .filter(|(name, _)| name.starts_with(b"user."))
        .map(|(name, value)| (name.as_slice(), value.as_slice()))
        .collect()
}

fn target(node: &Node) -> String {
    match &node.kind {
        Kind::Symlink(target) => target.escape_ascii().to_string(),
        other => other.describe().to_owned(),
    }
}

fn owner(node: &Node) -> String {
    format!("{}:{}", node.attributes.uid, node.attributes.gid)
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// What has to come out of the layers at these paths of a layout.
///
/// # Errors
///
/// One of them is missing or cannot be read: then nothing has to come out.
pub fn of(layout: &Memory, layers: &[String]) -> io::Result<Wanted> {
    let layers = layers.iter().map(|path| {
        let stored = layout.files.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        members(&stored[..])
    });
    Wanted::of(&layers.collect::<io::Result<Vec<_>>>()?).map_err(io::Error::other)
}

/// The tree in an archive that a program made: the archive as a layer on nothing.
///
/// # Errors
///
/// It cannot be read.
pub fn read_archive(path: &Path) -> io::Result<Tree> {
    Ok(Wanted::of(&[members(File::open(path)?)?]).map_err(io::Error::other)?.tree)
}

/// The tree that a program made in a folder, with the owners as the program saw them in the scratch
/// folder, if it was root there.
///
/// # Errors
///
/// It cannot be captured.
pub fn capture(root: &Path, owned_in: Option<&Scratch>) -> io::Result<Tree> {
    let owner =
        |id: u32| owned_in.map_or(u64::from(id), |scratch| scratch.inside(id).map_or(u64::MAX, u64::from));
    tree::capture(root, owner, &tree::Limits::default())
}

/// The entries of a layer, compressed or not.
fn members(stored: impl Read) -> io::Result<Vec<Member>> {
    /// Cases are small; whoever compares trees looks at content by its hash.
    const KEEP: usize = 4096;
    /// More of a file than a program under test may write; one with holes can claim any size.
    const LARGEST: u64 = 512 << 20;
    let mut members = Vec::new();
    let mut failure = None;
    let limits = layer::Limits::default();
    let read = layer::read(stored, None, &[], &limits, &mut |member, content| {
        if failure.is_some() {
            return;
        }
        let mut content = content.take(LARGEST);
        match Content::read(&mut content, KEEP) {
            Ok(_) if content.limit() == 0 => failure = Some(io::ErrorKind::FileTooLarge.into()),
            Ok(content) => members.push(Member { entry: member.entry.clone(), content }),
            Err(error) => failure = Some(error),
        }
    })?;
    match failure {
        Some(error) => Err(error),
        None if read.is_whole() => Ok(members),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}
