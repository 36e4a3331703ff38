//! Why an archive cannot be read any further, and how far it is read at all.

use std::io;

/// Why an archive cannot be read any further.
#[derive(Debug, thiserror::Error)]
#[error("{kind} (byte {offset})")]
pub struct Error {
    /// Where, counted from the start of the archive.
    pub offset: u64,
    /// Why.
    pub kind: ErrorKind,
}

/// The reasons that stop a reader.
#[derive(Debug, thiserror::Error)]
pub enum ErrorKind {
    /// The bytes themselves cannot be had.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The archive ends within a header.
    #[error("the archive ends within a header")]
    TruncatedHeader,
    /// The archive ends within an entry's data, or within those of an extension header.
    #[error("the archive ends within the data of an entry")]
    TruncatedData,
    /// A block in the place of a header whose checksum is wrong.
    #[error("no tar header: its checksum is {found}, and {wanted} is written there")]
    Checksum {
        /// The sum of the block's bytes.
        found: u32,
        /// What is written in the block; a number that is malformed reads as far as it goes.
        wanted: u32,
    },
    /// The size of an entry is no number, negative, or too large for any file.
    #[error("a size that is no number, negative, or too large")]
    Size,
    /// The map of a sparse file is malformed, so that where its data start is not known.
    #[error("a malformed map of a sparse file")]
    SparseMap,
    /// There are more entries than [`Limits::entries`].
    #[error("more entries than the limit of {0}")]
    TooManyEntries(u64),
    /// A name is longer than [`Limits::name`].
    #[error("a name longer than the limit of {0} bytes")]
    LongName(usize),
    /// A PAX header is larger than [`Limits::pax`].
    #[error("a PAX header larger than the limit of {0} bytes")]
    LargePax(usize),
    /// A sparse file has more regions than [`Limits::regions`].
    #[error("a sparse file with more regions than the limit of {0}")]
    TooManyRegions(usize),
}

impl ErrorKind {
    /// Whether the reason is a limit of ours, and no fault of the archive.
    pub const fn is_limit(&self) -> bool {
        matches!(
            self,
            ErrorKind::TooManyEntries(_)
                | ErrorKind::LongName(_)
                | ErrorKind::LargePax(_)
                | ErrorKind::TooManyRegions(_)
        )
    }
}

/// How far an archive is read. The length of the archive as a whole is for whoever provides the
/// bytes to bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most entries. The largest layers in use have about a million; whoever keeps something of
    /// each needs a bound.
    pub entries: u64,
    /// The longest name, in bytes. Linux takes 4,096 in one call, and relative ones may be a few
    /// times as long.
    pub name: usize,
    /// The largest PAX header, in bytes, and the most that global headers may amount to. An
    /// extended attribute has up to 65,536 bytes on Linux, and a file seldom more than two.
    pub pax: usize,
    /// The most regions of a sparse file. The map of a heavily fragmented disk image has some ten
    /// thousand.
    pub regions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { entries: 4_000_000, name: 1 << 16, pax: 1 << 20, regions: 100_000 }
    }
}
