//! What an entry of an archive says, whatever dialect it is written in.

use std::collections::BTreeMap;

/// One entry of a tar archive: the values that hold once every extension header has been applied.
///
/// Paths are bytes exactly as they are written. Nothing is normalised: `./a`, `a/` and `a` are
/// three different paths here, and what they have in common is for others to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// The target of a symbolic or hard link; empty for everything else.
    pub link: Vec<u8>,
    /// How many bytes its content has; for a sparse file, the holes included.
    pub size: u64,
    /// The permission bits with set-user-id, set-group-id and sticky: at most 0o7777.
    pub mode: u32,
    /// The numeric id of its owner.
    pub uid: u64,
    /// The numeric id of its group.
    pub gid: u64,
    /// The name of its owner; empty if there is none.
    pub uname: Vec<u8>,
    /// The name of its group; empty if there is none.
    pub gname: Vec<u8>,
    /// When its content was last modified.
    pub modified: Time,
    /// The device that a device node stands for.
    pub device: Device,
    /// Its extended attributes, by their full names (`user.mood`).
    pub xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// The types of entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A regular file (`0`, NUL, and `7`, which is read as one).
    #[default]
    File,
    /// Another name for an earlier entry (`1`).
    HardLink,
    /// A symbolic link (`2`).
    Symlink,
    /// A character device (`3`).
    CharDevice,
    /// A block device (`4`).
    BlockDevice,
    /// A directory (`5`).
    Directory,
    /// A FIFO (`6`).
    Fifo,
    /// Any other type flag.
    Other(u8),
}

/// A point in time, in the units of POSIX.1-2001's extended headers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// Seconds since the epoch, rounded down.
    pub seconds: i64,
    /// Nanoseconds after that, below 1,000,000,000.
    pub nanoseconds: u32,
}

/// The numbers of a device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Device {
    /// The driver.
    pub major: u32,
    /// The device that the driver serves.
    pub minor: u32,
}

impl EntryKind {
    /// The type's name with its article, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            EntryKind::File => "a regular file",
            EntryKind::HardLink => "a hard link",
            EntryKind::Symlink => "a symbolic link",
            EntryKind::CharDevice => "a character device",
            EntryKind::BlockDevice => "a block device",
            EntryKind::Directory => "a directory",
            EntryKind::Fifo => "a FIFO",
            EntryKind::Other(_) => "an entry of an unregistered type",
        }
    }
}
