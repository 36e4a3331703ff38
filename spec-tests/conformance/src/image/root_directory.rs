//! A root file system in a directory, for looking up its accounts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, fstat, open, openat2};
use seaworthy_image::conversion::RootFiles;

/// A directory that is the root for whatever is opened in it: links in it are followed, and none
/// of them leads out.
#[derive(Debug)]
pub struct RootDirectory(std::os::fd::OwnedFd);

impl RootDirectory {
    /// Opens the directory.
    ///
    /// # Errors
    ///
    /// It is none, or cannot be opened.
    pub fn open(path: &Path) -> io::Result<RootDirectory> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(RootDirectory(open(path, flags, Mode::empty())?))
    }
}

impl RootFiles for RootDirectory {
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        // Not to wait for somebody at the other end of a FIFO.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let file = match openat2(&self.0, path, flags, Mode::empty(), resolve) {
            Ok(file) => file,
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if FileType::from_raw_mode(fstat(&file)?.st_mode) != FileType::RegularFile {
            return Err(io::Error::other("it is no regular file"));
        }
        Ok(Some(Box::new(File::from(file))))
    }
}
