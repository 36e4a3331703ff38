//! Layouts that are kept in files: the storages that need an operating system.

mod archive;
mod directory;

pub use archive::{Archive, ArchiveError};
pub use directory::Directory;

/// The most entries that a layout is listed with. The largest real layouts hold some ten
/// thousand blobs; a list of a million takes about 100 MB.
pub const MOST_ENTRIES: usize = 1_000_000;
