//! The throw-away folder a program under test works in, and what tells whether it left its target.
//!
//! ```text
//! SCRATCH/
//!   target/     where the program is told to write; the only place where it should
//!   neighbour   part of the canary, as is the folder itself
//!   canary/     files, links and folders that must not change
//!   cwd/        where it starts, with a sentinel in it
//!   home/ tmp/  HOME and TMPDIR: it may write here as it likes
//! ```
//!
//! All of it is writable, or a program that leaves its target would be stopped before it is noticed.

mod canary;
pub(crate) mod clean;
mod usage;

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{Mode, OFlags};

use crate::confine;
use crate::interrupt::Temporary;

pub use canary::{Canary, Change, Disturbance};
pub use usage::Used;

const TARGET: &str = "target";
const CWD: &str = "cwd";
const HOME: &str = "home";
const TMP: &str = "tmp";

/// A throw-away folder, removed when dropped, whatever is in it by then.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    /// Held from the start: the program may take away every permission on the path.
    folder: OwnedFd,
    owner: Option<u32>,
    _temporary: Temporary,
}

impl Scratch {
    /// A new one in the system's folder for such things.
    pub fn new() -> io::Result<Self> {
        Self::in_folder(&std::env::temp_dir())
    }

    /// A new one in this folder.
    pub fn in_folder(parent: &Path) -> io::Result<Self> {
        let path = tempfile::Builder::new()
            .prefix("seaworthy-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent.canonicalize()?)?
            .keep();
        let _temporary = Temporary::new(&path);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = rustix::fs::open(&path, flags, Mode::empty())?;
        let mut scratch = Self { path, folder, owner: None, _temporary };
        if rustix::process::geteuid().is_root() {
            scratch.owner = Some(give_away(&scratch.path)?);
        }
        for name in [TARGET, CWD, HOME, TMP] {
            DirBuilder::new().mode(0o755).create(scratch.path.join(name))?;
            scratch.hand_over(name)?;
        }
        Ok(scratch)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the program is to write.
    pub fn target(&self) -> PathBuf {
        self.path.join(TARGET)
    }

    /// Where it starts.
    pub fn cwd(&self) -> PathBuf {
        self.path.join(CWD)
    }

    /// Its home.
    pub fn home(&self) -> PathBuf {
        self.path.join(HOME)
    }

    /// Its folder for temporary files.
    pub fn tmp(&self) -> PathBuf {
        self.path.join(TMP)
    }

    /// The user who owns all this in place of root, and as whom a program runs here. No program
    /// runs as root; every scratch folder has a user of its own, who owns nothing else.
    pub fn owner(&self) -> Option<u32> {
        self.owner
    }

    /// What the id of a user or a group out here is to a program that is root of its own; `None` for
    /// one that it cannot have given to anything.
    pub fn inside(&self, id: u32) -> Option<u32> {
        let owner = self.owner?;
        let first = confine::first_id(owner);
        match id.checked_sub(first) {
            Some(further) if further < confine::IDS - 1 => Some(further + 1),
            _ => (id == owner).then_some(0),
        }
    }

    /// Gives something below this folder to [`Scratch::owner`]; for what a caller puts here and a
    /// program is to change.
    pub fn hand_over(&self, below: impl AsRef<Path>) -> io::Result<()> {
        match self.owner {
            Some(owner) => lchown(self.path.join(below), Some(owner), Some(owner)),
            None => Ok(()),
        }
    }

    /// What is in here. Stops when it has seen more than this many bytes or files.
    pub fn used(&self, bytes: u64, files: u64) -> Used {
        usage::of(self.folder.as_fd(), bytes, files)
    }

    /// Removes it, and says what could not be removed.
    pub fn remove(self) -> io::Result<()> {
        self.wipe()
        // Dropping tries once more, in vain or without need.
    }

    /// The free bytes and inodes of the file system it is on.
    pub(crate) fn free(&self) -> Option<(u64, u64)> {
        let free = rustix::fs::fstatvfs(&self.folder).ok()?;
        Some((free.f_bfree.saturating_mul(free.f_frsize), free.f_ffree))
    }

    pub(crate) fn folder(&self) -> &OwnedFd {
        &self.folder
    }

    fn wipe(&self) -> io::Result<()> {
        clean::empty(self.folder.as_fd())?;
        match std::fs::remove_dir(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.wipe();
    }
}

/// Hands a folder to a user nobody else uses, or failing that to `nobody`: in a container, few users
/// may exist.
fn give_away(path: &Path) -> io::Result<u32> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    const NOBODY: u32 = 65534;
    // Pids end below 2^22, so this stays below 2^31, above which some programs go wrong.
    let unique = 0x3000_0000
        + ((std::process::id() & 0x3f_ffff) << 8)
        + (COUNT.fetch_add(1, Ordering::Relaxed) & 0xff);
    match lchown(path, Some(unique), Some(unique)) {
        Ok(()) => Ok(unique),
        Err(_) => lchown(path, Some(NOBODY), Some(NOBODY)).map(|()| NOBODY),
    }
}
