//! Empties a folder, whatever a hostile image made of it.
//!
//! A tree may be deeper than the stack, a path longer than the kernel takes, and a folder without any
//! permission. So nothing recurses and no path is built: a folder that is not empty is first moved to
//! the top, and emptied there in its turn. No link is ever followed.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, Dir, Mode, OFlags, RenameFlags, chmod, openat, renameat_with, unlinkat};
use rustix::io::Errno;

/// Removes a folder and everything in it.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    empty(rustix::fs::open(folder, flags, Mode::empty())?.as_fd())?;
    std::fs::remove_dir(folder)
}

/// Removes everything in a folder, but not the folder.
pub(crate) fn empty(top: BorrowedFd<'_>) -> io::Result<()> {
    rustix::fs::fchmod(top, Mode::RWXU)?;
    let mut lifted = Lifted(0);
    loop {
        let names = names(top)?;
        if names.is_empty() {
            return Ok(());
        }
        let mut progress = false;
        let mut failure = None;
        for name in names {
            match unlinkat(top, &name, AtFlags::empty()) {
                Ok(()) => progress = true,
                Err(Errno::ISDIR | Errno::PERM) => match dissolve(top, &name, &mut lifted) {
                    Ok(changed) => progress |= changed,
                    Err(error) => failure = Some(error),
                },
                Err(error) => failure = Some(error),
            }
        }
        if !progress {
            return Err(failure.unwrap_or(Errno::NOTEMPTY).into());
        }
    }
}

/// Removes the folder `name` in `top` and its files; moves the folders in it that are not empty to
/// `top`. Says whether anything changed.
fn dissolve(top: BorrowedFd<'_>, name: &[u8], lifted: &mut Lifted) -> rustix::io::Result<bool> {
    if unlinkat(top, name, AtFlags::REMOVEDIR).is_ok() {
        return Ok(true);
    }
    let folder = open(top, name)?;
    let mut progress = false;
    for entry in Dir::read_from(&folder)? {
        let entry = entry?;
        let entry = entry.file_name();
        if matches!(entry.to_bytes(), b"." | b"..") {
            continue;
        }
        progress |= match unlinkat(&folder, entry, AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) => {
                unlinkat(&folder, entry, AtFlags::REMOVEDIR).is_ok()
                    || lifted.lift(folder.as_fd(), entry.to_bytes(), top)?
            }
            removed => removed.map(|()| true)?,
        };
    }
    Ok(unlinkat(top, name, AtFlags::REMOVEDIR).is_ok() || progress)
}

/// Counts the names given to folders moved to the top.
struct Lifted(u64);

impl Lifted {
    fn lift(&mut self, from: BorrowedFd<'_>, name: &[u8], top: BorrowedFd<'_>) -> rustix::io::Result<bool> {
        // Moving a folder writes its `..`, which takes permission on the folder itself.
        drop(open(from, name)?);
        loop {
            let free = format!("lifted-{}", self.0);
            self.0 += 1;
            match renameat_with(from, name, top, free, RenameFlags::NOREPLACE) {
                Err(Errno::EXIST) => {}
                moved => return moved.map(|()| true),
            }
        }
    }
}

/// Opens a folder, after giving its owner every permission.
fn open(at: BorrowedFd<'_>, name: &[u8]) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = openat(at, name, flags, Mode::empty())?;
    // By its descriptor, so that nothing can be put in its place between the two calls.
    chmod(format!("/proc/self/fd/{}", folder.as_raw_fd()), Mode::RWXU)?;
    // What was opened as a mere path cannot be listed.
    openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

fn names(folder: BorrowedFd<'_>) -> io::Result<Vec<Vec<u8>>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let name = entry?.file_name().to_bytes().to_vec();
        if name != b"." && name != b".." {
            names.push(name);
        }
    }
    Ok(names)
}
