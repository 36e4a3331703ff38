//! Puts a layout from memory into the folder of a program under test.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use seaworthy_image::layout::{EntryKind, Memory};

use crate::scratch::{Canary, Scratch};

/// Writes the layout to `folder`, relative to the scratch folder. A link leads to the bait of the
/// canary: whoever follows it reads nonsense, and whoever writes through it is noticed.
pub fn place(layout: &Memory, scratch: &Scratch, folder: &Path) -> io::Result<()> {
    let mut placer = Placer { scratch, folders: BTreeSet::new() };
    placer.folder(folder)?;
    for (path, content) in &layout.files {
        let path = placer.inside(folder, path)?;
        fs::write(scratch.path().join(&path), content)?;
        scratch.hand_over(&path)?;
    }
    for (path, kind) in &layout.others {
        let path = placer.inside(folder, path)?;
        let full = scratch.path().join(&path);
        match kind {
            EntryKind::Directory => placer.folder(&path)?,
            EntryKind::Link => symlink(Canary::bait(scratch), full)?,
            EntryKind::Special => mknodat(CWD, full, FileType::Fifo, Mode::from_raw_mode(0o644), 0)?,
            EntryKind::File => fs::write(full, b"")?,
        }
        scratch.hand_over(&path)?;
    }
    Ok(())
}

struct Placer<'s> {
    scratch: &'s Scratch,
    folders: BTreeSet<PathBuf>,
}

impl Placer<'_> {
    /// The place of a layout's path, with the folders above it made.
    fn inside(&mut self, folder: &Path, path: &str) -> io::Result<PathBuf> {
        // The edits of a case may have made any path, and this process may be root.
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            let reason = format!("no file can be called {path:?}");
            return Err(io::Error::new(io::ErrorKind::InvalidFilename, reason));
        }
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            self.folder(parent)?;
        }
        Ok(place)
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        if folder.as_os_str().is_empty() || self.folders.contains(folder) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.folder(parent)?;
        }
        self.folders.insert(folder.to_owned());
        match fs::create_dir(self.scratch.path().join(folder)) {
            Ok(()) => self.scratch.hand_over(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}
