//! A store in a directory.
//!
//! ```text
//! blobs/ALGORITHM/ENCODED                 content, written once
//! uploads/                                content that is still arriving
//! repositories/NAME/_blobs/DIGEST         which of it is a blob of the repository
//! repositories/NAME/_manifests/DIGEST     which is a manifest: its media type
//! repositories/NAME/_referrers/DIGEST/DIGEST   a subject, and a manifest that refers to it
//! repositories/NAME/_tags/TAG             the digest that a tag points to
//! ```
//!
//! Every file is written beside its place, synced, and then renamed: whoever pulls the plug finds
//! each of them whole or not at all. In file names the colon of a digest is an `@`, which no
//! digest has. The components of a repository's name never begin with an underscore.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::store::{Content, Manifest, Pending, Store};

/// Keeps everything in a directory of its own.
#[derive(Debug, Clone)]
pub struct Disk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// Makes the names of temporary files.
    serial: AtomicU64,
    /// Held while links change.
    writing: Mutex<()>,
}

impl Disk {
    /// Opens a directory, or makes it. What was still arriving when it was last used is removed.
    ///
    /// # Errors
    ///
    /// The directory cannot be read or made.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Disk> {
        let root = root.into();
        let uploads = root.join("uploads");
        match fs::remove_dir_all(&uploads) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for directory in [uploads, root.join("blobs"), root.join("repositories")] {
            fs::create_dir_all(directory)?;
        }
        Ok(Disk(Arc::new(Inner { root, serial: AtomicU64::new(0), writing: Mutex::new(()) })))
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.0.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repository(&self, repository: &str) -> PathBuf {
        self.0.root.join("repositories").join(repository)
    }

    fn content(&self, digest: &str) -> PathBuf {
        let (algorithm, encoded) = digest.split_once(':').unwrap_or(("", digest));
        self.0.root.join("blobs").join(algorithm).join(encoded)
    }

    fn temporary(&self) -> PathBuf {
        let serial = self.0.serial.fetch_add(1, Ordering::Relaxed);
        self.0.root.join("uploads").join(serial.to_string())
    }

    /// Writes a small file whole or not at all.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let temporary = self.temporary();
        let mut file = File::create_new(&temporary)?;
        let written = file.write_all(content).and_then(|()| file.sync_all());
        let placed = written.and_then(|()| place(&temporary, path));
        if placed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        placed
    }
}

impl Store for Disk {
    fn has_repository(&self, repository: &str) -> io::Result<bool> {
        let kinds = ["_blobs", "_manifests", "_tags"];
        Ok(kinds.iter().any(|kind| self.repository(repository).join(kind).is_dir()))
    }

    fn blob(&self, repository: &str, digest: &str) -> io::Result<Option<Content>> {
        if !self.repository(repository).join("_blobs").join(file_name(digest)).is_file() {
            return Ok(None);
        }
        let file = File::open(self.content(digest))?;
        let size = file.metadata()?.len();
        Ok(Some(Content::File(file, size)))
    }

    fn begin(&self) -> io::Result<Box<dyn Pending>> {
        let path = self.temporary();
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Box::new(Upload { store: self.clone(), path, file, size: 0 }))
    }

    fn holders(&self, digest: &str) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        holders(&self.0.root.join("repositories"), "", &file_name(digest), &mut found)?;
        Ok(found)
    }

    fn mount(&self, from: &str, to: &str, digest: &str) -> io::Result<bool> {
        let _writing = self.lock();
        let name = file_name(digest);
        if !self.repository(from).join("_blobs").join(&name).is_file() {
            return Ok(false);
        }
        self.write(&self.repository(to).join("_blobs").join(name), b"")?;
        Ok(true)
    }

    fn remove_blob(&self, repository: &str, digest: &str) -> io::Result<bool> {
        let _writing = self.lock();
        remove(&self.repository(repository).join("_blobs").join(file_name(digest)))
    }

    fn manifest(&self, repository: &str, digest: &str) -> io::Result<Option<Manifest>> {
        let link = self.repository(repository).join("_manifests").join(file_name(digest));
        let Some(media_type) = read(&link)? else { return Ok(None) };
        let bytes = fs::read(self.content(digest))?.into();
        Ok(Some(Manifest { media_type, bytes }))
    }

    fn add_manifest(
        &self,
        repository: &str,
        digest: &str,
        manifest: Manifest,
        subject: Option<&str>,
    ) -> io::Result<()> {
        let _writing = self.lock();
        self.write(&self.content(digest), &manifest.bytes)?;
        let (folder, name) = (self.repository(repository), file_name(digest));
        self.write(&folder.join("_manifests").join(&name), manifest.media_type.as_bytes())?;
        match subject {
            Some(subject) => self.write(&folder.join("_referrers").join(file_name(subject)).join(name), b""),
            None => Ok(()),
        }
    }

    fn remove_manifest(&self, repository: &str, digest: &str) -> io::Result<bool> {
        let _writing = self.lock();
        let (folder, name) = (self.repository(repository), file_name(digest));
        for tag in entries(&folder.join("_tags"))? {
            let path = folder.join("_tags").join(tag);
            if read(&path)?.as_deref() == Some(digest) {
                remove(&path)?;
            }
        }
        for subject in entries(&folder.join("_referrers"))? {
            remove(&folder.join("_referrers").join(subject).join(&name))?;
        }
        remove(&folder.join("_manifests").join(name))
    }

    fn referrers(&self, repository: &str, subject: &str) -> io::Result<Vec<String>> {
        let names = entries(&self.repository(repository).join("_referrers").join(file_name(subject)))?;
        let mut digests: Vec<String> = names.iter().map(|name| name.replacen('@', ":", 1)).collect();
        digests.sort();
        Ok(digests)
    }

    fn tag(&self, repository: &str, tag: &str) -> io::Result<Option<String>> {
        read(&self.repository(repository).join("_tags").join(tag))
    }

    fn set_tag(&self, repository: &str, tag: &str, digest: &str) -> io::Result<()> {
        let _writing = self.lock();
        self.write(&self.repository(repository).join("_tags").join(tag), digest.as_bytes())
    }

    fn remove_tag(&self, repository: &str, tag: &str) -> io::Result<bool> {
        let _writing = self.lock();
        remove(&self.repository(repository).join("_tags").join(tag))
    }

    fn tags(&self, repository: &str) -> io::Result<Vec<String>> {
        entries(&self.repository(repository).join("_tags"))
    }
}

struct Upload {
    store: Disk,
    path: PathBuf,
    file: File,
    size: u64,
}

impl Pending for Upload {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.file.set_len(size)?;
        self.file.seek(SeekFrom::Start(size))?;
        self.size = size;
        Ok(())
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        let mut file = File::open(&self.path)?;
        file.rewind()?;
        Ok(Box::new(file))
    }

    fn finish(self: Box<Self>, repository: &str, digest: &str) -> io::Result<()> {
        self.file.sync_all()?;
        let _writing = self.store.lock();
        place(&self.path, &self.store.content(digest))?;
        let link = self.store.repository(repository).join("_blobs").join(file_name(digest));
        self.store.write(&link, b"")
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Once it has been placed there is nothing left to remove.
        let _ = fs::remove_file(&self.path);
    }
}

/// Moves a finished file to its place.
fn place(temporary: &Path, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    fs::rename(temporary, path)?;
    File::open(folder)?.sync_all()
}

/// Removes a file. False if there is none.
fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The text of a file, if there is one.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The names in a directory; none if it is not there.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Looks for repositories that hold a blob, in a folder and those below.
fn holders(folder: &Path, name: &str, blob: &str, found: &mut Vec<String>) -> io::Result<()> {
    if folder.join("_blobs").join(blob).is_file() {
        found.push(name.to_owned());
    }
    for component in entries(folder)?.iter().filter(|component| !component.starts_with('_')) {
        let below = if name.is_empty() { component.clone() } else { format!("{name}/{component}") };
        holders(&folder.join(component), &below, blob, found)?;
    }
    Ok(())
}

fn file_name(digest: &str) -> String {
    digest.replacen(':', "@", 1)
}
