//! How much a folder holds, while somebody may still be writing to it.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::rc::Rc;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, statat};

/// So many folders may be waiting for their turn; what a stranger tree holds is not counted.
const PENDING: usize = 4096;
/// Folders waiting keep the folder they are in open, and there is a limit on that.
const OPEN: usize = 128;

/// What a folder holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Bytes on the disk, which is not the length of the files: a file may have holes.
    pub bytes: u64,
    /// Files, folders and links.
    pub files: u64,
}

/// Adds it up, until it is more than these limits.
pub(super) fn of(top: BorrowedFd<'_>, bytes: u64, files: u64) -> Used {
    let mut used = Used::default();
    let mut holders = 0_usize;
    let mut pending: Vec<(Rc<OwnedFd>, Vec<u8>)> = Vec::new();
    let Some(first) = open(top, b".") else {
        return used;
    };
    let mut current = Some(Rc::new(first));
    while let Some(folder) = current.take() {
        let before = pending.len();
        count(&folder, &mut used, &mut pending, holders);
        if used.bytes > bytes || used.files > files {
            return used;
        }
        holders += usize::from(pending.len() > before);
        drop(folder);
        while let Some((holder, name)) = pending.pop() {
            let opened = open(rustix::fd::AsFd::as_fd(&*holder), &name);
            if Rc::strong_count(&holder) == 1 {
                holders = holders.saturating_sub(1);
            }
            if let Some(opened) = opened {
                current = Some(Rc::new(opened));
                break;
            }
        }
    }
    used
}

fn count(folder: &Rc<OwnedFd>, used: &mut Used, pending: &mut Vec<(Rc<OwnedFd>, Vec<u8>)>, holders: usize) {
    let Ok(entries) = Dir::read_from(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let Ok(stat) = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
            continue;
        };
        used.files += 1;
        used.bytes += u64::try_from(stat.st_blocks).unwrap_or_default() * 512;
        let is_folder = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        if is_folder && pending.len() < PENDING && holders < OPEN {
            pending.push((Rc::clone(folder), name.to_bytes().to_vec()));
        }
    }
}

fn open(at: BorrowedFd<'_>, name: &[u8]) -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(at, name, flags, Mode::empty()).ok()
}
