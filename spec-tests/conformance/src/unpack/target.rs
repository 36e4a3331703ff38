//! A directory that layers are applied to.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, makedev};
use rustix::io::Errno;
use seaworthy_image::filesystem::path::{components, split};
use seaworthy_image::filesystem::{Attributes, Change, NoteKind};
use seaworthy_image::layer::Rest;
use seaworthy_image::tar::{Entry, EntryKind, Item};

use super::attributes::{self, Lost};
use super::report::{NotKept, Report};
use super::walk::{Walk, kind};
use super::{Layer, Limits, UnpackError};

/// A tree that is being made of layers.
///
/// What it becomes is decided by the same code as in the model
/// ([`seaworthy_image::filesystem::apply()`]), and comes to the same: no link is ever followed, whiteouts act
/// first, and a directory's time is its own although its content changes.
pub struct Target {
    walk: Walk,
    limits: Limits,
    /// How many entries there were, and how much content they had.
    entries: u64,
    bytes: u64,
    /// How many of them something was made of, and how much content was written.
    made: u64,
    written: u64,
    report: Report,
    buffer: Box<[u8]>,
}

/// What one layer removes from those below: all its whiteouts, which act before anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whiteouts {
    /// Paths that are removed.
    pub paths: Vec<Vec<u8>>,
    /// Directories that are emptied.
    pub opaque: Vec<Vec<u8>>,
}

impl Whiteouts {
    /// Adds what an entry removes, if it is a whiteout. What there is to note is noted when the layer is
    /// applied.
    pub fn read(&mut self, entry: &Entry) {
        match Change::read(entry, |_| {}) {
            Some(Change::Whiteout { path }) => self.paths.push(path.into_owned()),
            Some(Change::Opaque { directory }) => self.opaque.push(directory.into_owned()),
            _ => {}
        }
    }
}

/// What has been made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// How many entries of the layers something was made of: whiteouts and what was left out are none.
    pub entries: u64,
    /// How many bytes of content were written.
    pub bytes: u64,
    /// What a person should know.
    pub report: Report,
}

impl Target {
    /// An empty directory to be filled. What is removed from it goes to `trash`, which is to be on the same
    /// file system, and nobody else's.
    pub fn new(root: OwnedFd, trash: OwnedFd, limits: Limits) -> Self {
        Target {
            walk: Walk::new(root, trash),
            limits,
            entries: 0,
            bytes: 0,
            made: 0,
            written: 0,
            report: Report::default(),
            buffer: vec![0; 64 << 10].into_boxed_slice(),
        }
    }

    /// Removes what a layer hides. This comes before [`Target::add`] for any entry of that layer.
    ///
    /// # Errors
    ///
    /// Something cannot be removed.
    pub fn remove(&mut self, whiteouts: &Whiteouts) -> Result<(), UnpackError> {
        for path in &whiteouts.paths {
            let (directory, name) = split(path).unwrap_or_default();
            self.at(path, |target| {
                if target.walk.go(directory, &mut target.report)? && kind(target.walk.here(), name)?.is_some()
                {
                    target.walk.touch()?;
                    target.walk.discard(name)?;
                }
                Ok(())
            })?;
        }
        for directory in &whiteouts.opaque {
            self.at(directory, |target| {
                if !target.walk.go(directory, &mut target.report)? {
                    return Ok(());
                }
                target.walk.touch()?;
                // The names first: a directory that changes while it is read may show names twice.
                let mut names = Vec::new();
                for entry in rustix::fs::Dir::read_from(target.walk.here())? {
                    let entry = entry?;
                    let name = entry.file_name().to_bytes();
                    if !matches!(name, b"." | b"..") {
                        names.push(name.to_vec());
                    }
                }
                for name in names {
                    target.walk.discard(&name)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Adds what an entry of the layer says.
    ///
    /// # Errors
    ///
    /// A limit is passed, the archive cannot be read, or the file system cannot be written.
    pub fn add<R: BufRead>(&mut self, item: Item<'_, R>) -> Result<(), UnpackError> {
        let member = item.member;
        let entry = &member.entry;
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(UnpackError::Entries(self.limits.entries));
        }
        self.bytes = self.bytes.saturating_add(member.stored);
        if self.bytes > self.limits.bytes {
            return Err(UnpackError::Bytes(self.limits.bytes));
        }
        let report = &mut self.report;
        let Some(change) = Change::read(entry, |note| report.add(note)) else { return Ok(()) };
        if let Change::Directory { path } | Change::File { path, .. } | Change::HardLink { path, .. } =
            &change
        {
            self.check_path(path)?;
        }
        let attributes = Attributes {
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            modified: entry.modified,
            xattrs: entry.xattrs.clone(),
        };
        match &change {
            // They have been seen to.
            Change::Whiteout { .. } | Change::Opaque { .. } => Ok(()),
            Change::Directory { path } => self.at(path, |target| target.directory(path, attributes)),
            Change::HardLink { path, target } => self.at(path, |this| this.hard_link(path, target)),
            Change::LinkToItself { path } => self.at(path, |target| target.link_to_itself(path)),
            Change::File { path, kind: EntryKind::File } => self.file(path, attributes, item),
            Change::File { path, kind } => {
                self.at(path, |target| target.special(path, *kind, entry, &attributes))
            }
        }
    }

    /// Notes that something in a layer is no part of its content.
    pub fn ignored(&mut self, layer: &Layer, rest: Rest) {
        self.report.ignored.entry(rest).or_default().add(layer.digest.as_bytes());
    }

    /// Ends the tree: directories get their times, and modes that would have been in the way.
    ///
    /// # Errors
    ///
    /// The file system cannot be written.
    pub fn finish(mut self) -> Result<Made, UnpackError> {
        let finished = self.walk.finish(&mut self.report);
        finished.map_err(|error| UnpackError::Write(Vec::new(), error))?;
        Ok(Made { entries: self.made, bytes: self.written, report: self.report })
    }

    fn check_path(&self, path: &[u8]) -> Result<(), UnpackError> {
        if path.len() > self.limits.path {
            return Err(UnpackError::Path(self.limits.path));
        }
        if components(path).nth(self.limits.depth).is_some() {
            return Err(UnpackError::Depth(self.limits.depth));
        }
        Ok(())
    }

    /// Names the path to an error of the file system's.
    fn at<T>(&mut self, path: &[u8], act: impl FnOnce(&mut Self) -> io::Result<T>) -> Result<T, UnpackError> {
        act(self).map_err(|error| UnpackError::Write(path.to_vec(), error))
    }

    fn directory(&mut self, path: &[u8], attributes: Attributes) -> io::Result<()> {
        match split(path) {
            None => self.walk.enter_root(attributes, &mut self.report)?,
            Some(_) if !self.can_name(path) => return Ok(()),
            Some((_, name)) => {
                self.walk.go_to_parent(path, &mut self.report)?;
                self.walk.enter(name, attributes, &mut self.report)?;
            }
        }
        self.made += 1;
        Ok(())
    }

    fn file<R: BufRead>(
        &mut self,
        path: &[u8],
        attributes: Attributes,
        item: Item<'_, R>,
    ) -> Result<(), UnpackError> {
        if !self.can_name(path) {
            return Ok(());
        }
        let (_, name) = split(path).unwrap_or_default();
        let stored = item.member.stored;
        let file = self.at(path, |target| {
            target.walk.go_to_parent(path, &mut target.report)?;
            // Created anew and never opened otherwise, so that no link and nothing of a lower layer is
            // written through.
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mode = Mode::RUSR | Mode::WUSR;
            target.make(name, |walk| rustix::fs::openat(walk.here(), name, flags, mode))
        })?;
        let mut file = File::from(file);
        match copy(item, &mut file, &mut self.buffer) {
            Ok(()) => {}
            Err(CopyError::Read(error)) => return Err(UnpackError::Read(error)),
            Err(CopyError::Write(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                self.report.not_kept(path, NotKept::Size);
                return self.at(path, |target| target.walk.discard(name).map(|_| ()));
            }
            Err(CopyError::Write(error)) => return Err(UnpackError::Write(path.to_vec(), error)),
        }
        let mut lost = Lost::default();
        let set = attributes::set_on_handle(file.as_fd(), &attributes, attributes.mode, &mut lost);
        set.map_err(|error| UnpackError::Write(path.to_vec(), error))?;
        self.report.lost(path, &lost);
        self.made += 1;
        self.written = self.written.saturating_add(stored);
        Ok(())
    }

    /// A symbolic link, device or FIFO.
    fn special(
        &mut self,
        path: &[u8],
        kind: EntryKind,
        entry: &Entry,
        attributes: &Attributes,
    ) -> io::Result<()> {
        if !self.can_name(path) {
            return Ok(());
        }
        let (_, name) = split(path).unwrap_or_default();
        self.walk.go_to_parent(path, &mut self.report)?;
        let device = |walk: &Walk, kind, entry: &Entry| {
            let number = makedev(entry.device.major, entry.device.minor);
            rustix::fs::mknodat(walk.here(), name, kind, Mode::RUSR | Mode::WUSR, number)
        };
        let made = self.make(name, |walk| match kind {
            EntryKind::Symlink => rustix::fs::symlinkat(entry.link.as_slice(), walk.here(), name),
            EntryKind::CharDevice => device(walk, FileType::CharacterDevice, entry),
            EntryKind::BlockDevice => device(walk, FileType::BlockDevice, entry),
            _ => device(walk, FileType::Fifo, &Entry::default()),
        });
        match made {
            Ok(()) => {}
            Err(error) if is(&error, &[Errno::NAMETOOLONG]) && kind == EntryKind::Symlink => {
                self.report.not_kept(path, NotKept::Target);
                return Ok(());
            }
            Err(error)
                if is(&error, &[Errno::PERM, Errno::ACCESS, Errno::INVAL, Errno::OPNOTSUPP])
                    && kind != EntryKind::Symlink =>
            {
                self.report.not_kept(path, NotKept::Device);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        let mut lost = Lost::default();
        let is_link = kind == EntryKind::Symlink;
        attributes::set_on_name(self.walk.here(), name, attributes, is_link, &mut lost)?;
        self.report.lost(path, &lost);
        self.made += 1;
        Ok(())
    }

    fn hard_link(&mut self, path: &[u8], target: &[u8]) -> io::Result<()> {
        let Some(directory) = self.link_target(path, target)? else { return Ok(()) };
        if !self.can_name(path) {
            return Ok(());
        }
        let (_, name) = split(path).unwrap_or_default();
        let (_, old) = split(target).unwrap_or_default();
        self.walk.go_to_parent(path, &mut self.report)?;
        // Without the flag to follow it, a symbolic link gets another name itself.
        let linked =
            self.make(name, |walk| rustix::fs::linkat(&directory, old, walk.here(), name, AtFlags::empty()));
        match linked {
            Err(error) if is(&error, &[Errno::MLINK, Errno::PERM, Errno::OPNOTSUPP]) => {
                self.report.not_kept(path, NotKept::HardLink);
                return Ok(());
            }
            linked => linked?,
        }
        self.made += 1;
        Ok(())
    }

    fn link_to_itself(&mut self, path: &[u8]) -> io::Result<()> {
        if self.link_target(path, path)?.is_some() {
            self.report.note(path, NoteKind::LinkToItself);
        }
        Ok(())
    }

    /// The directory that has the target of a hard link, if that is one.
    fn link_target(&mut self, path: &[u8], target: &[u8]) -> io::Result<Option<OwnedFd>> {
        let (directory, name) = split(target).unwrap_or_default();
        let Some(handle) = self.walk.look(directory)? else {
            self.report.note(path, NoteKind::LinkMissing);
            return Ok(None);
        };
        match kind(handle.as_fd(), name)? {
            Some(FileType::Directory) => self.report.note(path, NoteKind::LinkToDirectory),
            None => self.report.note(path, NoteKind::LinkMissing),
            Some(_) => return Ok(Some(handle)),
        }
        Ok(None)
    }

    /// Makes something here, after removing whatever has its name.
    fn make<T>(&mut self, name: &[u8], make: impl Fn(&Walk) -> rustix::io::Result<T>) -> io::Result<T> {
        self.walk.touch()?;
        match make(&self.walk) {
            Err(Errno::EXIST) => {
                self.walk.discard(name)?;
                Ok(make(&self.walk)?)
            }
            made => Ok(made?),
        }
    }

    /// Whether all names of a path are short enough; if not, it is reported.
    fn can_name(&mut self, path: &[u8]) -> bool {
        // As in all file systems in use.
        const LONGEST: usize = 255;
        let can = components(path).all(|name| name.len() <= LONGEST);
        if !can {
            self.report.not_kept(path, NotKept::Name);
        }
        can
    }
}

fn is(error: &io::Error, any: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|errno| any.contains(&errno))
}

enum CopyError {
    Read(io::Error),
    Write(io::Error),
}

/// Copies content; the holes of a sparse file stay holes.
fn copy<R: BufRead>(item: Item<'_, R>, file: &mut File, buffer: &mut [u8]) -> Result<(), CopyError> {
    let size = item.member.entry.size;
    let Some(sparse) = &item.member.sparse else {
        return copy_bytes(&mut item.content(), size, file, buffer);
    };
    let mut end = 0;
    for region in &sparse.regions {
        if region.offset < end || region.end() > size {
            return Err(CopyError::Read(invalid("a sparse file with regions that overlap or go too far")));
        }
        end = region.end();
    }
    file.set_len(size).map_err(CopyError::Write)?;
    let mut data = item.data;
    for region in &sparse.regions {
        file.seek(SeekFrom::Start(region.offset)).map_err(CopyError::Write)?;
        copy_bytes(&mut data, region.length, file, buffer)?;
    }
    Ok(())
}

fn copy_bytes(
    from: &mut impl Read,
    mut length: u64,
    file: &mut File,
    buffer: &mut [u8],
) -> Result<(), CopyError> {
    while length > 0 {
        let room = buffer.len().min(usize::try_from(length).unwrap_or(usize::MAX));
        let count = match from.read(&mut buffer[..room]) {
            Ok(0) => return Err(CopyError::Read(invalid("a file with less content than it should have"))),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyError::Read(error)),
        };
        file.write_all(&buffer[..count]).map_err(CopyError::Write)?;
        length -= count as u64;
    }
    Ok(())
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
