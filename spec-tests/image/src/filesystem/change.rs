//! What one entry of a changeset asks for, whatever is there already.

use std::borrow::Cow;

use super::note::{Note, NoteKind};
use super::path::{self, Marker, PathError};
use crate::tar::{Entry, EntryKind};

/// What one entry of a changeset asks for. All paths are clean (see [`path::clean`]).
///
/// This is the part of applying that needs no file system, so that the model and programs that
/// write to a real one decide alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'e> {
    /// The path becomes a directory with the entry's attributes, and keeps what is in it if it is
    /// one already.
    Directory {
        /// Its path; empty for the root.
        path: Cow<'e, [u8]>,
    },
    /// The path is removed, and made anew as a file of this kind.
    File {
        /// Its path, which is never the root's.
        path: Cow<'e, [u8]>,
        /// A regular file, symbolic link, device or FIFO.
        kind: EntryKind,
    },
    /// The path is removed, and becomes one more name for its target.
    HardLink {
        /// Its path, which is never the root's.
        path: Cow<'e, [u8]>,
        /// The path of its target, which is neither the path itself nor above or below it.
        target: Cow<'e, [u8]>,
    },
    /// The path must exist, and stays as it is.
    LinkToItself {
        /// Its path.
        path: Cow<'e, [u8]>,
    },
    /// The path is removed from the lower layers.
    Whiteout {
        /// The path that is removed, which is never the root's.
        path: Cow<'e, [u8]>,
    },
    /// Everything in the directory is removed from the lower layers.
    Opaque {
        /// The directory's path.
        directory: Cow<'e, [u8]>,
    },
}

impl<'e> Change<'e> {
    /// What an entry asks for; nothing, if it can have no effect. What the specification does not settle
    /// goes to `note`.
    pub fn read(entry: &'e Entry, mut note: impl FnMut(Note)) -> Option<Self> {
        let clean = match path::clean(&entry.path) {
            Ok(clean) => clean,
            Err(error) => {
                let kind = match error {
                    PathError::Outside => NoteKind::PathOutside,
                    PathError::Nul => NoteKind::PathWithNul,
                };
                note(Note { path: entry.path.clone(), kind });
                return None;
            }
        };
        let path = clean.path;
        let mut note = |kind| note(Note { path: path.to_vec(), kind });
        if clean.is_absolute {
            note(NoteKind::PathAbsolute);
        }
        if clean.has_parent {
            note(NoteKind::PathWithParent);
        }
        let Some((directory, name)) = path::split(&path) else {
            return root(entry, &mut note);
        };
        if path::components(directory).any(|name| Marker::read(name).is_some()) {
            note(NoteKind::BelowMarker);
            return None;
        }
        if let Some(marker) = Marker::read(name) {
            let directory = directory.len();
            let removed = path.len() - name.len();
            let change = read_marker(marker, entry, &mut note)?;
            return Some(match change {
                Removed::Everything => Change::Opaque { directory: slice(path, 0, directory) },
                Removed::Name => Change::Whiteout { path: without_prefix(&path, removed) },
            });
        }
        if clean.has_slash && entry.kind != EntryKind::Directory {
            note(NoteKind::SlashAfterName);
        }
        let kind = match entry.kind {
            EntryKind::File if clean.has_slash => EntryKind::Directory,
            kind => kind,
        };
        if entry.size > 0 && kind != EntryKind::File {
            note(NoteKind::UnexpectedContent);
        }
        match kind {
            EntryKind::Directory => Some(Change::Directory { path }),
            EntryKind::Other(_) => {
                note(NoteKind::UnknownType);
                None
            }
            EntryKind::Symlink if entry.link.is_empty() || entry.link.contains(&0) => {
                note(NoteKind::TargetInvalid);
                None
            }
            EntryKind::HardLink => {
                let target = hard_link(entry, &path, &mut note)?;
                Some(match target == path {
                    true => Change::LinkToItself { path },
                    false => Change::HardLink { path, target },
                })
            }
            kind => Some(Change::File { path, kind }),
        }
    }
}

fn root<'e>(entry: &Entry, note: &mut impl FnMut(NoteKind)) -> Option<Change<'e>> {
    let is_directory = match entry.kind {
        EntryKind::Directory => true,
        EntryKind::File => entry.path.ends_with(b"/"),
        _ => false,
    };
    if is_directory {
        return Some(Change::Directory { path: Cow::Borrowed(b"") });
    }
    note(NoteKind::RootReplaced);
    None
}

enum Removed {
    Name,
    Everything,
}

fn read_marker(marker: Marker<'_>, entry: &Entry, note: &mut impl FnMut(NoteKind)) -> Option<Removed> {
    let removed = match marker {
        Marker::Whiteout(_) => Removed::Name,
        Marker::Opaque => Removed::Everything,
        Marker::Nameless => {
            note(NoteKind::MarkerNameless);
            return None;
        }
        Marker::Dots => {
            note(NoteKind::MarkerOfDots);
            return None;
        }
        Marker::Reserved => {
            note(NoteKind::MarkerReserved);
            return None;
        }
    };
    if entry.kind != EntryKind::File {
        note(NoteKind::MarkerNotRegular);
    }
    if entry.size > 0 {
        note(NoteKind::MarkerNotEmpty);
    }
    Some(removed)
}

fn hard_link<'e>(entry: &'e Entry, path: &[u8], note: &mut impl FnMut(NoteKind)) -> Option<Cow<'e, [u8]>> {
    let Ok(target) = path::clean(&entry.link) else {
        note(NoteKind::LinkOutside);
        return None;
    };
    if target.is_absolute || target.has_parent {
        note(NoteKind::LinkUnusual);
    }
    let target = target.path;
    if target.is_empty() {
        note(NoteKind::LinkToDirectory);
        return None;
    }
    // What is above the link becomes a directory, and what is below it goes.
    if path::is_below(path, &target) || path::is_below(&target, path) {
        note(NoteKind::LinkMissing);
        return None;
    }
    Some(target)
}

fn slice(path: Cow<'_, [u8]>, start: usize, end: usize) -> Cow<'_, [u8]> {
    match path {
        Cow::Borrowed(path) => Cow::Borrowed(&path[start..end]),
        Cow::Owned(path) => Cow::Owned(path[start..end].to_vec()),
    }
}

/// The path that a whiteout removes: its own, without the prefix of the name that starts at `name`.
fn without_prefix<'e>(path: &[u8], name: usize) -> Cow<'e, [u8]> {
    let mut removed = path[..name].to_vec();
    removed.extend_from_slice(&path[name + path::WHITEOUT_PREFIX.len()..]);
    Cow::Owned(removed)
}
