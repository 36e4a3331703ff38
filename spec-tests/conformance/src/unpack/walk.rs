//! Standing in a directory of the tree that is being made, and going from one to the next.
//!
//! Nothing here resolves a path. A directory is reached one component at a time, each opened below the
//! one before without following a link, and everything in it is named by that one component: so there is
//! no path that could lead out, whatever the image holds. Neighbouring entries of an archive mostly lie in
//! the same directory, so that this costs less than resolving paths, too.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Timespec, Timestamps};
use rustix::io::Errno;
use seaworthy_image::filesystem::path::{components, is_below, split};
use seaworthy_image::filesystem::{Attributes, NoteKind};

use super::attributes::{self, Lost};
use super::report::Report;

/// How many directories are held open at the same time. A process may have 1,024 files by default, and
/// real trees are a dozen levels deep.
const MOST_OPEN: usize = 48;

/// The set-group-id bit of a directory, which would give its group to what is made in it.
const SET_GROUP: u32 = 0o2000;

/// Where the unpacking stands in the tree.
pub struct Walk {
    root: Directory,
    /// The directories on the way to where it stands, the root excepted. If there are many, the first
    /// ones are closed.
    above: VecDeque<Directory>,
    /// The path of the last of them.
    path: Vec<u8>,
    /// Modes that would be in the way until everything is there, by path.
    late_modes: BTreeMap<Vec<u8>, u32>,
    /// Where directories go that are removed.
    trash: OwnedFd,
    discarded: u64,
}

/// A directory that is open.
struct Directory {
    /// How long its path is.
    length: usize,
    handle: OwnedFd,
    state: State,
}

/// What has to be done about a directory before it is closed.
enum State {
    /// Nothing.
    Untouched,
    /// Names in it came or went, but its time has to stay.
    Changed(Timespec),
    /// It gets these attributes.
    Own {
        attributes: Attributes,
        /// Whether it may have others already.
        is_old: bool,
    },
}

impl Walk {
    /// Begins in the root of an empty tree. What is removed goes to `trash`, on the same file system.
    pub fn new(root: OwnedFd, trash: OwnedFd) -> Self {
        let state = State::Own { attributes: Attributes::of_implied_directory(), is_old: false };
        Walk {
            root: Directory { length: 0, handle: root, state },
            above: VecDeque::new(),
            path: Vec::new(),
            late_modes: BTreeMap::new(),
            trash,
            discarded: 0,
        }
    }

    /// The directory where the walk stands.
    pub fn here(&self) -> BorrowedFd<'_> {
        self.above.back().unwrap_or(&self.root).handle.as_fd()
    }

    /// Goes to a directory that is there. Says whether it is.
    pub fn go(&mut self, directory: &[u8], report: &mut Report) -> io::Result<bool> {
        self.go_up(directory, report)?;
        for name in rest(directory, self.path.len()) {
            match open(self.here(), name) {
                Ok(handle) => self.push(name, handle, State::Untouched, report)?,
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// Goes to the directory of `path`, and makes it and those above it where there are none. Whatever
    /// else is in the way is removed.
    pub fn go_to_parent(&mut self, path: &[u8], report: &mut Report) -> io::Result<()> {
        let (directory, _) = split(path).unwrap_or_default();
        self.go_up(directory, report)?;
        for name in rest(directory, self.path.len()) {
            let (handle, state) = match open(self.here(), name) {
                Ok(handle) => (handle, State::Untouched),
                Err(error) => {
                    self.touch()?;
                    match error {
                        Errno::NOENT => {}
                        Errno::NOTDIR | Errno::LOOP => {
                            let kind = match kind(self.here(), name)? {
                                Some(FileType::Symlink) => NoteKind::BelowSymlink,
                                _ => NoteKind::BelowFile,
                            };
                            report.note(path, kind);
                            self.discard(name)?;
                        }
                        error => return Err(error.into()),
                    }
                    let state = State::Own { attributes: Attributes::of_implied_directory(), is_old: false };
                    (self.make(name)?, state)
                }
            };
            self.push(name, handle, state, report)?;
        }
        Ok(())
    }

    /// Makes `name` a directory with these attributes, here, and goes there. It keeps what is in it if
    /// it is one already.
    pub fn enter(&mut self, name: &[u8], attributes: Attributes, report: &mut Report) -> io::Result<()> {
        self.touch()?;
        let (handle, is_old) = match self.make(name) {
            Ok(handle) => (handle, false),
            Err(Errno::EXIST) => match open(self.here(), name) {
                Ok(handle) => (handle, true),
                Err(Errno::NOTDIR | Errno::LOOP) => {
                    self.discard(name)?;
                    (self.make(name)?, false)
                }
                Err(error) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        };
        self.push(name, handle, State::Own { attributes, is_old }, report)
    }

    /// Goes to the root, and gives it attributes.
    pub fn enter_root(&mut self, attributes: Attributes, report: &mut Report) -> io::Result<()> {
        self.go_up(b"", report)?;
        self.root.state = State::Own { attributes, is_old: true };
        Ok(())
    }

    /// Has to be called before a name here comes or goes, so that the directory's time can stay.
    pub fn touch(&mut self) -> io::Result<()> {
        let directory = self.above.back_mut().unwrap_or(&mut self.root);
        if let State::Untouched = directory.state {
            let stat = rustix::fs::fstat(&directory.handle)?;
            let modified = Timespec { tv_sec: stat.st_mtime, tv_nsec: stat.st_mtime_nsec as _ };
            directory.state = State::Changed(modified);
        }
        Ok(())
    }

    /// Removes what has this name here, with all that is in it. Says whether there was anything.
    pub fn discard(&mut self, name: &[u8]) -> io::Result<bool> {
        match rustix::fs::unlinkat(self.here(), name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT | Errno::NAMETOOLONG) => Ok(false),
            Err(Errno::ISDIR | Errno::PERM) => {
                let free = self.discarded.to_string();
                self.discarded += 1;
                rustix::fs::renameat(self.here(), name, &self.trash, free)?;
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the directory of a path without leaving the one where the walk stands; `None` if there is
    /// none.
    pub fn look(&self, directory: &[u8]) -> io::Result<Option<OwnedFd>> {
        let below = |open: &&Directory| {
            let path = &self.path[..open.length];
            path == directory || is_below(directory, path)
        };
        let nearest = self.above.iter().rev().find(below).unwrap_or(&self.root);
        let mut handle = rustix::io::fcntl_dupfd_cloexec(&nearest.handle, 0)?;
        for name in rest(directory, nearest.length) {
            handle = match open(handle.as_fd(), name) {
                Ok(handle) => handle,
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
        }
        Ok(Some(handle))
    }

    /// Ends the walk: every directory gets what is still due to it.
    pub fn finish(mut self, report: &mut Report) -> io::Result<()> {
        self.go_up(b"", report)?;
        self.finish_root(report)?;
        // What is deeper comes first: the way to it may be closed afterwards.
        for (path, mode) in std::mem::take(&mut self.late_modes).into_iter().rev() {
            if let Some(handle) = self.look(&path)? {
                rustix::fs::fchmod(handle, Mode::from_raw_mode(mode))?;
            }
        }
        Ok(())
    }

    fn finish_root(&mut self, report: &mut Report) -> io::Result<()> {
        let state = std::mem::replace(&mut self.root.state, State::Untouched);
        close(self.root.handle.as_fd(), state, b"", &mut self.late_modes, report)
    }

    /// Goes up until what is left of the way leads to `directory`.
    fn go_up(&mut self, directory: &[u8], report: &mut Report) -> io::Result<()> {
        while !self.path.is_empty() && self.path != directory && !is_below(directory, &self.path) {
            let Some(last) = self.above.pop_back() else { break };
            close(last.handle.as_fd(), last.state, &self.path, &mut self.late_modes, report)?;
            self.path.truncate(self.above.back().map_or(0, |directory| directory.length));
        }
        Ok(())
    }

    fn push(&mut self, name: &[u8], handle: OwnedFd, state: State, report: &mut Report) -> io::Result<()> {
        if !self.path.is_empty() {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(name);
        self.above.push_back(Directory { length: self.path.len(), handle, state });
        if self.above.len() > MOST_OPEN
            && let Some(first) = self.above.pop_front()
        {
            // It does not change any more while the walk is below.
            let path = &self.path[..first.length];
            close(first.handle.as_fd(), first.state, path, &mut self.late_modes, report)?;
        }
        Ok(())
    }

    fn make(&self, name: &[u8]) -> rustix::io::Result<OwnedFd> {
        rustix::fs::mkdirat(self.here(), name, Mode::RWXU)?;
        open(self.here(), name)
    }
}

/// The components of a path after its first bytes, which are those of a directory above.
fn rest(path: &[u8], length: usize) -> impl Iterator<Item = &[u8]> {
    let start = if length == 0 { 0 } else { (length + 1).min(path.len()) };
    components(&path[start..])
}

fn open(directory: BorrowedFd<'_>, name: &[u8]) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(directory, name, flags, Mode::empty())
}

/// What is at a name; `None` if nothing is.
pub fn kind(directory: BorrowedFd<'_>, name: &[u8]) -> io::Result<Option<FileType>> {
    match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
        Err(Errno::NOENT | Errno::NAMETOOLONG) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Does what is due to a directory before it is closed.
fn close(
    handle: BorrowedFd<'_>,
    state: State,
    path: &[u8],
    late_modes: &mut BTreeMap<Vec<u8>, u32>,
    report: &mut Report,
) -> io::Result<()> {
    match state {
        State::Untouched => Ok(()),
        State::Changed(modified) => {
            let times = Timestamps { last_access: modified, last_modification: modified };
            Ok(rustix::fs::futimens(handle, &times)?)
        }
        State::Own { attributes, is_old } => {
            if is_old {
                attributes::remove_xattrs(handle, &attributes)?;
            }
            // Its owner must be able to make things in it until the end.
            let early = (attributes.mode | 0o700) & !SET_GROUP;
            let mut lost = Lost::default();
            let mode = attributes::set_on_handle(handle, &attributes, early, &mut lost)?;
            let wanted = if lost.has_owner() { attributes.mode & !0o6000 } else { attributes.mode };
            if wanted != mode {
                late_modes.insert(path.to_vec(), wanted);
            } else if !late_modes.is_empty() {
                late_modes.remove(path);
            }
            report.lost(path, &lost);
            Ok(())
        }
    }
}
