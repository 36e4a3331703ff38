//! The folder in which a tree is made before it takes its place.

use std::fs::{self, Permissions};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use tempfile::TempDir;

use super::UnpackError;
use crate::interrupt::Temporary;
use crate::printable::reason;
use crate::scratch::clean;

/// A folder beside a directory, in which a tree for that directory is made. It is removed when dropped,
/// with all that is in it by then. What ends the program at once, a power failure say, leaves a folder
/// behind whose name begins with `.seaworthy-`.
#[derive(Debug)]
pub struct Staging {
    folder: TempDir,
    _temporary: Temporary,
    /// Where the tree goes in the end.
    directory: PathBuf,
}

impl Staging {
    /// A folder beside `directory`, which does not exist yet, or is empty.
    ///
    /// # Errors
    ///
    /// The directory is not empty, or none; or its place is no place for one.
    pub fn beside(directory: &Path) -> Result<Self, UnpackError> {
        let place = |what: String| UnpackError::Place(what);
        let unusable = |error: io::Error| place(format!("it cannot be used: {}", reason(&error)));
        let directory = match fs::metadata(directory) {
            Ok(metadata) if !metadata.is_dir() => return Err(place("it is not a directory".to_owned())),
            Ok(_) => directory.canonicalize().map_err(unusable)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !directory.is_symlink() => {
                directory.to_owned()
            }
            Err(error) => return Err(unusable(error)),
        };
        let (Some(parent), Some(_)) = (directory.parent(), directory.file_name()) else {
            return Err(place("it is no place for a new directory".to_owned()));
        };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        let beside = fs::metadata(parent)
            .map_err(|error| place(format!("the directory above it cannot be used: {}", reason(&error))))?;
        if let Ok(metadata) = fs::metadata(&directory) {
            if fs::read_dir(&directory).map_err(unusable)?.next().is_some() {
                return Err(place("it is not empty".to_owned()));
            }
            if metadata.dev() != beside.dev() {
                return Err(place("a file system is mounted there; name a new directory in it".to_owned()));
            }
        }
        let folder = tempfile::Builder::new()
            .prefix(".seaworthy-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .map_err(|error| place(format!("nothing can be made beside it: {}", reason(&error))))?;
        let _temporary = Temporary::new(folder.path());
        Ok(Staging { folder, directory, _temporary })
    }

    /// Two new folders in it: for the tree, and for what is removed from it.
    pub fn folders(&self) -> Result<(OwnedFd, OwnedFd), UnpackError> {
        let make = |name: &str| -> io::Result<OwnedFd> {
            let path = self.folder.path().join(name);
            rustix::fs::mkdir(&path, Mode::RWXU)?;
            Ok(open(&path)?)
        };
        let make = |name| make(name).map_err(|error| UnpackError::Write(Vec::new(), error));
        Ok((make(TREE)?, make(TRASH)?))
    }

    /// Puts the tree into its place.
    ///
    /// # Errors
    ///
    /// Something else is there by now.
    pub fn keep(self) -> Result<(), UnpackError> {
        let tree = self.folder.path().join(TREE);
        let rename = || -> io::Result<()> {
            let mode = fs::metadata(&tree)?.permissions();
            // Who may not write to a directory may not move it either.
            fs::set_permissions(&tree, Permissions::from_mode(mode.mode() | 0o700))?;
            fs::rename(&tree, &self.directory)?;
            fs::set_permissions(&self.directory, mode)
        };
        rename().map_err(|error| UnpackError::Place(format!("it cannot be put in place: {}", reason(&error))))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // The folder itself goes with `TempDir`. If something stays, nothing more can be done about it.
        if let Ok(folder) = open(self.folder.path()) {
            let _ = clean::empty(folder.as_fd());
        }
    }
}

const TREE: &str = "tree";
const TRASH: &str = "trash";

fn open(path: &Path) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty())
}
