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
    self, Aspect, Content, Difference, Kind, LimitError, Member, Node, Note, NoteKind, Tree, compare,
};

use seaworthy_image::layer;
use seaworthy_image::layout::Memory;

use crate::outcome::{self, Differences, Parts};
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
    fn describe(&self, difference: &Difference, found: &Tree, kept: Kept) -> outcome::Difference {
        let Difference { path, aspect } = difference;
        let shown = if path.is_empty() { "/".to_owned() } else { path.escape_ascii().to_string() };
        let value = |tree: &Tree| value(tree, path, *aspect);
        let (wanted, mut other) = (value(&self.tree), value(found));
        if *aspect == Aspect::Modified && is_new(found, path, kept) {
            other = "when it was unpacked".to_owned();
        }
        let what = match aspect {
            Aspect::Added => format!("there is {other}, and should be nothing"),
            Aspect::Removed => format!("{wanted} is missing"),
            Aspect::Kind => format!("is {other}, not {wanted}"),
            Aspect::Content => "holds other bytes".to_owned(),
            Aspect::Target => format!("leads to {other}, not to {wanted}"),
            Aspect::Device => format!("is device {other}, not {wanted}"),
            Aspect::Mode => format!("has mode {other}, not {wanted}"),
            Aspect::Owner => format!("belongs to {other}, not to {wanted}"),
            Aspect::Modified if is_new(found, path, kept) => format!("was modified {other}, not at {wanted}"),
            Aspect::Modified | Aspect::Nanoseconds => format!("was modified at {other}, not at {wanted}"),
            Aspect::Xattrs => "has other extended attributes".to_owned(),
            Aspect::Links => format!("is the same file as {other}, not as {wanted}"),
        };
        let line = format!("{shown}: {what}");
        let parts = Parts { path: shown, aspect: name(*aspect), wanted, found: other };
        outcome::Difference { line, parts: Some(parts) }
    }
}

/// The word that reports use for an attribute.
const fn name(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Added | Aspect::Removed | Aspect::Kind => "kind",
        Aspect::Content => "content",
        Aspect::Target => "target",
        Aspect::Device => "device",
        Aspect::Mode => "mode",
        Aspect::Owner => "owner",
        Aspect::Modified | Aspect::Nanoseconds => "modified",
        Aspect::Xattrs => "xattrs",
        Aspect::Links => "links",
    }
}

/// What a tree has there, in one respect.
fn value(tree: &Tree, path: &[u8], aspect: Aspect) -> String {
    let Some(id) = tree.lookup(path) else { return "nothing".to_owned() };
    let Node { kind, attributes } = tree.node(id);
    match (aspect, kind) {
        (Aspect::Content, Kind::File(content)) => {
            let hash: String = content.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{} bytes, sha256:{hash}", content.size())
        }
        (Aspect::Target, Kind::Symlink(target)) => target.escape_ascii().to_string(),
        (Aspect::Device, Kind::CharDevice(device) | Kind::BlockDevice(device)) => {
            format!("{}:{}", device.major, device.minor)
        }
        (Aspect::Mode, _) => format!("{:04o}", attributes.mode),
        (Aspect::Owner, _) => format!("{}:{}", attributes.uid, attributes.gid),
        (Aspect::Modified | Aspect::Nanoseconds, _) => attributes.modified.seconds.to_string(),
        (Aspect::Xattrs, _) => {
            let shown = user_xattrs(tree, path).into_iter();
            let shown =
                shown.map(|(name, value)| format!("{}={}", name.escape_ascii(), value.escape_ascii()));
            let shown = shown.collect::<Vec<_>>().join(" ");
            if shown.is_empty() { "none".to_owned() } else { shown }
        }
        (Aspect::Links, _) => {
            let mut names = Vec::new();
            tree.walk(|other, of| {
                if of == id && other != path {
                    names.push(other.escape_ascii().to_string());
                }
            });
            if names.is_empty() { "nothing else".to_owned() } else { names.join(" and ") }
        }
        _ => kind.describe().to_owned(),
    }
}

/// Whether a file has no time of modification of its own.
fn is_new(tree: &Tree, path: &[u8], kept: Kept) -> bool {
    let node = tree.lookup(path).map(|id| tree.node(id));
    let modified = node.map_or(i64::MIN, |node| node.attributes.modified.seconds);
    kept.began.is_some_and(|began| seconds(began) <= modified)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seaworthy_image::tar::{Entry, EntryKind, Time};

    use super::*;

    fn file(path: &[u8], text: &str) -> Member {
        let modified = Time { seconds: 1_000, nanoseconds: 0 };
        let content = Content::from(text);
        let size = content.size();
        Member {
            entry: Entry { path: path.to_vec(), size, mode: 0o644, modified, ..Entry::default() },
            content,
        }
    }

    fn other(kind: EntryKind, path: &[u8], link: &[u8]) -> Member {
        let Member { entry, content } = file(path, "");
        Member { entry: Entry { kind, link: link.to_vec(), ..entry }, content }
    }

    /// How the tree of one list differs from that of another: words, and each difference in its parts.
    fn compared(wanted: &[Member], found: &[Member], kept: Kept) -> (String, Vec<[String; 4]>) {
        let tree = |members: &[Member]| Wanted::of(&[members.to_vec()]).unwrap();
        let differences = tree(wanted).differences(&tree(found).tree, kept);
        let list = differences.list().iter().map(|one| {
            let Parts { path, aspect, wanted, found } = one.parts.clone().unwrap();
            assert!(one.line.starts_with(&format!("{path}: ")), "{}", one.line);
            [path, aspect.to_owned(), wanted, found]
        });
        (differences.words().to_owned(), list.collect())
    }

    const KEPT: Kept = Kept { owners: true, began: None };

    #[test]
    fn a_wrong_tree_is_told_attribute_by_attribute() {
        let link = other(EntryKind::HardLink, b"z", b"x");
        let wanted = [
            file(b"a", "one"),
            other(EntryKind::Symlink, b"b", b"a"),
            file(b"c", ""),
            file(b"d", ""),
            file(b"x", ""),
            link,
        ];
        let mut found = [
            file(b"a", "other"),
            other(EntryKind::Symlink, b"b", b"/a"),
            other(EntryKind::Directory, b"c", b""),
            file(b"e", ""),
            file(b"x", ""),
            file(b"z", ""),
        ];
        found[0].entry.mode = 0o600;
        found[0].entry.uid = 7;
        found[0].entry.xattrs.insert(b"user.mood".to_vec(), b"\x1b[31m".to_vec());
        found[0].entry.modified.seconds = 2_000;
        let (words, list) = compared(&wanted, &found, KEPT);
        assert_eq!(
            words,
            "a: holds other bytes; a: has mode 0600, not 0644; a: belongs to 7:0, not to 0:0; and 7 more"
        );
        let hash = |text: &str| {
            seaworthy_image::digest::digest_of(seaworthy_image::digest::Algorithm::Sha256, text.as_bytes())
        };
        let all = [
            ["a", "content", &format!("3 bytes, {}", hash("one")), &format!("5 bytes, {}", hash("other"))],
            ["a", "mode", "0644", "0600"],
            ["a", "owner", "0:0", "7:0"],
            ["a", "modified", "1000", "2000"],
            ["a", "xattrs", "none", "user.mood=\\x1b[31m"],
            ["b", "target", "a", "/a"],
            ["c", "kind", "a regular file", "a directory"],
            ["d", "kind", "a regular file", "nothing"],
            ["e", "kind", "nothing", "a regular file"],
            ["z", "links", "x", "nothing else"],
        ];
        assert_eq!(list, all.map(|one| one.map(str::to_owned)));
        assert_eq!(compared(&wanted, &wanted, KEPT), (String::new(), Vec::new()));
    }

    #[test]
    fn the_time_of_the_run_is_not_told() {
        let began = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(5_000));
        let mut found = file(b"a", "");
        found.entry.modified.seconds = 5_001;
        let (words, list) = compared(&[file(b"a", "")], &[found], Kept { began, ..KEPT });
        assert_eq!(words, "a: was modified when it was unpacked, not at 1000");
        assert_eq!(list, [["a", "modified", "1000", "when it was unpacked"].map(str::to_owned)]);
    }

    #[test]
    fn names_that_would_act_are_inert() {
        let evil = "\u{1b}[2J\n\u{202e}<script>".as_bytes();
        let (words, list) = compared(&[file(evil, ""), other(EntryKind::Symlink, b"l", evil)], &[], KEPT);
        let shown = "\\x1b[2J\\n\\xe2\\x80\\xae<script>";
        assert_eq!(list[0][0], shown);
        assert!(words.is_ascii() && words.contains(shown), "{words}");
        let (_, list) = compared(
            &[other(EntryKind::Symlink, b"l", evil)],
            &[other(EntryKind::Symlink, b"l", b"x")],
            KEPT,
        );
        assert_eq!(list, [["l", "target", shown, "x"].map(str::to_owned)]);
    }
}
