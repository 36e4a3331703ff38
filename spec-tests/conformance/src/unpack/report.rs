//! What a person should know about a tree, besides that it is there.

use std::collections::BTreeMap;

use seaworthy_image::filesystem::{Note, NoteKind};
use seaworthy_image::layer::Rest;

use super::attributes::Lost;

/// How many paths are named for each thing that is reported.
const EXAMPLES: usize = 5;

/// What could not be kept, and what the specification leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What this system or this user cannot have, by what it is.
    pub not_kept: BTreeMap<NotKept, Places>,
    /// What was decided where the specification does not say what to do.
    pub notes: BTreeMap<NoteKind, Places>,
    /// What layers hold beyond their content, by their digests. It was ignored.
    pub ignored: BTreeMap<Rest, Places>,
}

/// Something of an image that is not in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotKept {
    /// The owner or the group of a file.
    Owner,
    /// The set-user-id or set-group-id bit of a file whose owner was not kept either: for another owner
    /// it would mean something else.
    SetId,
    /// An extended attribute.
    Xattr,
    /// A time that the file system cannot hold.
    Time,
    /// A device node or FIFO, which is left out.
    Device,
    /// A file with a name that is too long for the file system, which is left out.
    Name,
    /// A symbolic link with a target that is too long, which is left out.
    Target,
    /// A hard link that the file system does not allow, which is left out.
    HardLink,
    /// A file that is too large for the file system, which is left out.
    Size,
}

/// Where something happened: the first few paths or digests, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The first paths.
    pub first: Vec<Vec<u8>>,
    /// How many there are.
    pub count: u64,
}

impl NotKept {
    /// What it is, for people.
    pub const fn describe(self) -> &'static str {
        match self {
            NotKept::Owner => "the owner could not be set",
            NotKept::SetId => "set-user-id or set-group-id was left off, for the owner is another one",
            NotKept::Xattr => "an extended attribute could not be set",
            NotKept::Time => "the file system cannot hold the time of modification",
            NotKept::Device => "a device or FIFO could not be made",
            NotKept::Name => "the name is too long for the file system; it is left out",
            NotKept::Target => "the target of the link is too long for the file system; it is left out",
            NotKept::HardLink => "the file system does not allow this hard link; it is left out",
            NotKept::Size => "the file is too large for the file system; it is left out",
        }
    }
}

impl Report {
    /// Adds a note.
    pub fn note(&mut self, path: &[u8], kind: NoteKind) {
        self.notes.entry(kind).or_default().add(path);
    }

    /// Adds a note that has been made already.
    pub fn add(&mut self, note: Note) {
        self.note(&note.path, note.kind);
    }

    /// Adds one thing that was not kept.
    pub fn not_kept(&mut self, path: &[u8], what: NotKept) {
        self.not_kept.entry(what).or_default().add(path);
    }

    /// Adds attributes that were not kept.
    pub fn lost(&mut self, path: &[u8], lost: &Lost) {
        lost.each(|what| self.not_kept(path, what));
    }

    /// Whether an entry of a layer had no effect at all because of what it says.
    pub fn has_left_out(&self) -> bool {
        self.notes.keys().any(|kind| kind.is_left_out())
    }
}

impl Places {
    pub(super) fn add(&mut self, path: &[u8]) {
        self.count += 1;
        if self.first.len() < EXAMPLES {
            self.first.push(path.to_vec());
        }
    }
}
