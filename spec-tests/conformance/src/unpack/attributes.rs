//! Giving a file that has just been made its attributes, and telling which of them it cannot have.
//!
//! The order matters: content goes before the owner, whose change takes away set-user-id and
//! capabilities; attributes before the mode, which may forbid to set them; the time comes last.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use rustix::fs::{AtFlags, Gid, Mode, Timespec, Timestamps, Uid, XattrFlags};
use rustix::io::Errno;
use seaworthy_image::filesystem::Attributes;
use seaworthy_image::tar::Time;

use super::report::NotKept;

/// Which attributes a file does not have as it should.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    owner: bool,
    set_id: bool,
    xattr: bool,
    time: bool,
}

impl Lost {
    /// Whether the owner is another one.
    pub fn has_owner(&self) -> bool {
        self.owner
    }

    /// Hands every loss to `each`.
    pub fn each(&self, mut each: impl FnMut(NotKept)) {
        let all = [
            (self.owner, NotKept::Owner),
            (self.set_id, NotKept::SetId),
            (self.xattr, NotKept::Xattr),
            (self.time, NotKept::Time),
        ];
        all.into_iter().filter(|(is_lost, _)| *is_lost).for_each(|(_, what)| each(what));
    }
}

/// Gives attributes to a file or directory that is open, with `mode` instead of their own. Returns the
/// mode that it got.
pub fn set_on_handle(
    handle: BorrowedFd<'_>,
    attributes: &Attributes,
    mode: u32,
    lost: &mut Lost,
) -> io::Result<u32> {
    match owner(attributes) {
        Some((user, group)) => match rustix::fs::fchown(handle, Some(user), Some(group)) {
            Ok(()) => {}
            Err(Errno::PERM | Errno::INVAL) => lost.owner = true,
            Err(error) => return Err(error.into()),
        },
        None => lost.owner = true,
    }
    for (name, value) in &attributes.xattrs {
        lost.xattr |= is_lost(rustix::fs::fsetxattr(handle, name.as_slice(), value, XattrFlags::empty()))?;
    }
    lost.set_id = lost.owner && attributes.mode & 0o6000 != 0;
    let mode = if lost.owner { mode & !0o6000 } else { mode };
    rustix::fs::fchmod(handle, Mode::from_raw_mode(mode))?;
    rustix::fs::futimens(handle, &times(attributes.modified))?;
    if is_unusual(attributes.modified) {
        lost.time = rustix::fs::fstat(handle)?.st_mtime != attributes.modified.seconds;
    }
    Ok(mode)
}

/// Gives attributes to something that cannot be opened: a link, a device, a FIFO.
pub fn set_on_name(
    directory: BorrowedFd<'_>,
    name: &[u8],
    attributes: &Attributes,
    is_link: bool,
    lost: &mut Lost,
) -> io::Result<()> {
    let flags = AtFlags::SYMLINK_NOFOLLOW;
    match owner(attributes) {
        Some((user, group)) => match rustix::fs::chownat(directory, name, Some(user), Some(group), flags) {
            Ok(()) => {}
            Err(Errno::PERM | Errno::INVAL) => lost.owner = true,
            Err(error) => return Err(error.into()),
        },
        None => lost.owner = true,
    }
    if !attributes.xattrs.is_empty() {
        // No call takes a directory and a name for this. The last component is not followed.
        let path = [format!("/proc/self/fd/{}/", directory.as_raw_fd()).as_bytes(), name].concat();
        for (attribute, value) in &attributes.xattrs {
            let set =
                rustix::fs::lsetxattr(path.as_slice(), attribute.as_slice(), value, XattrFlags::empty());
            lost.xattr |= is_lost(set)?;
        }
    }
    if !is_link {
        lost.set_id = lost.owner && attributes.mode & 0o6000 != 0;
        let mode = if lost.owner { attributes.mode & !0o6000 } else { attributes.mode };
        change_mode(directory, name, mode)?;
    }
    rustix::fs::utimensat(directory, name, &times(attributes.modified), flags)?;
    if is_unusual(attributes.modified) {
        let stat = rustix::fs::statat(directory, name, flags)?;
        lost.time = stat.st_mtime != attributes.modified.seconds;
    }
    Ok(())
}

/// Removes the extended attributes that a directory has and should not have. What the system itself put
/// there cannot be removed, and stays.
pub fn remove_xattrs(handle: BorrowedFd<'_>, wanted: &Attributes) -> io::Result<()> {
    // The kernel holds no more than this for one file.
    let mut names = vec![0; 64 << 10];
    let length = match rustix::fs::flistxattr(handle, names.as_mut_slice()) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for name in names[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        if !wanted.xattrs.contains_key(name) {
            is_lost(rustix::fs::fremovexattr(handle, name))?;
        }
    }
    Ok(())
}

/// By its descriptor: the call that takes a name would follow a link.
fn change_mode(directory: BorrowedFd<'_>, name: &[u8], mode: u32) -> io::Result<()> {
    use rustix::fs::OFlags;
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = rustix::fs::openat(directory, name, flags, Mode::empty())?;
    let path = format!("/proc/self/fd/{}", handle.as_fd().as_raw_fd());
    Ok(rustix::fs::chmod(path, Mode::from_raw_mode(mode))?)
}

/// The ids as the system takes them; the last one means that nothing should change.
fn owner(attributes: &Attributes) -> Option<(Uid, Gid)> {
    let id = |id: u64| u32::try_from(id).ok().filter(|&id| id != u32::MAX);
    Some((Uid::from_raw(id(attributes.uid)?), Gid::from_raw(id(attributes.gid)?)))
}

/// Whether an attribute was refused, rather than that something went wrong.
fn is_lost(result: rustix::io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(false),
        Err(
            Errno::PERM
            | Errno::ACCESS
            | Errno::OPNOTSUPP
            | Errno::INVAL
            | Errno::RANGE
            | Errno::TOOBIG
            | Errno::NOSPC
            | Errno::NODATA
            | Errno::NOENT,
        ) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn times(time: Time) -> Timestamps {
    let time = Timespec { tv_sec: time.seconds, tv_nsec: time.nanoseconds.into() };
    Timestamps { last_access: time, last_modification: time }
}

/// Whether there are file systems that cannot hold a time, and silently take another one.
fn is_unusual(time: Time) -> bool {
    u32::try_from(time.seconds).is_err() || time.seconds > i64::from(i32::MAX)
}
