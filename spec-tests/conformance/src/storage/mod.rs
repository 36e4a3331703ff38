//! Layouts that are kept in files: the storages that need an operating system.

mod archive;
mod directory;
mod tar_entries;

pub use archive::{Archive, ArchiveError};
pub use directory::Directory;
pub use tar_entries::is_header as is_tar_header;

/// How much of a layout is listed. Nobody makes a layout that comes near any of these; whoever
/// makes one is after our memory or our time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most entries. The largest real layouts hold some ten thousand blobs.
    pub entries: usize,
    /// The most bytes that the paths of all entries may take together.
    pub path_bytes: usize,
    /// The deepest nesting of directories: a layout needs two, other files may stand beside it.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { entries: 1_000_000, path_bytes: 256 << 20, depth: 64 }
    }
}

/// A layout that is over one of the [`Limits`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// Too many entries.
    #[error("it holds more than {0} entries; raise the limit with --max-entries")]
    Entries(usize),
    /// Too much text in their paths.
    #[error("the paths of its entries are longer than {0} bytes together")]
    PathBytes(usize),
    /// Directories in directories in directories.
    #[error("its directories are nested deeper than {0} levels, in {1:?}")]
    Depth(usize, String),
}

/// Counts entries against the limits.
#[derive(Debug)]
struct Account {
    limits: Limits,
    entries: usize,
    path_bytes: usize,
}

impl Account {
    fn new(limits: Limits) -> Self {
        Account { limits, entries: 0, path_bytes: 0 }
    }

    fn add(&mut self, path: &str) -> Result<(), TooMuch> {
        self.entries += 1;
        self.path_bytes += path.len();
        if self.entries > self.limits.entries {
            Err(TooMuch::Entries(self.limits.entries))
        } else if self.path_bytes > self.limits.path_bytes {
            Err(TooMuch::PathBytes(self.limits.path_bytes))
        } else if path.bytes().filter(|&byte| byte == b'/').count() >= self.limits.depth {
            let beginning: String = path.chars().take(60).collect();
            Err(TooMuch::Depth(self.limits.depth, format!("{beginning}…")))
        } else {
            Ok(())
        }
    }
}
