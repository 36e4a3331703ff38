//! A store in a directory.
//!
//! ```text
//! lock                                    held by the process that has it open
//! blobs/ALGORITHM/ENCODED                 content, written once
//! uploads/                                content that is still arriving
//! repositories/NAME/_blobs/DIGEST         which of it is a blob of the repository
//! repositories/NAME/_manifests/DIGEST     which is a manifest: its media type
//! repositories/NAME/_referrers/DIGEST/DIGEST   a subject, and a manifest that refers to it
//! repositories/NAME/_tags/TAG             the digest that a tag points to
//! ```
//!
//! Every file that holds anything is written in `uploads`, synced, and then renamed: whoever pulls
//! the plug finds each of them whole or not at all. What points to something is placed after it: content,
//! then the referrer, the manifest, and the tags. A call returns when the directories are synced as well.
//!
//! In file names the colon of a digest is an `@`, which no digest has. The components of a
//! repository's name never begin with an underscore.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::store::{Content, Manifest, Pending, Store};

/// Keeps everything in a directory of its own.
#[derive(Debug, Clone)]
pub struct Disk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// Makes the names of temporary files.
    serial: AtomicU64,
    /// Held while a manifest and its tags change together.
    writing: Mutex<()>,
    /// Locked for as long as the store is open.
    _lock: File,
}

impl Disk {
    /// Opens a directory, or makes it. What was still arriving when it was last used is removed.
    ///
    /// # Errors
    ///
    /// The directory cannot be read or made, or another process has it open.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Disk> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        // Two at once would remove each other's uploads. The lock goes with the process, however it ends.
        let lock = File::create(root.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another registry has the directory open"),
            TryLockError::Error(error) => error,
        })?;
        let uploads = root.join("uploads");
        match fs::remove_dir_all(&uploads) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for directory in [uploads, root.join("blobs"), root.join("repositories")] {
            make(&directory)?;
        }
        let (serial, writing) = (AtomicU64::new(0), Mutex::new(()));
        Ok(Disk(Arc::new(Inner { root, serial, writing, _lock: lock })))
    }

    fn repository(&self, repository: &str) -> PathBuf {
        self.0.root.join("repositories").join(repository)
    }

    fn content(&self, digest: &str) -> PathBuf {
        let (algorithm, encoded) = digest.split_once(':').unwrap_or(("", digest));
        self.0.root.join("blobs").join(algorithm).join(encoded)
    }

    fn blob_link(&self, repository: &str, digest: &str) -> PathBuf {
        self.repository(repository).join("_blobs").join(file_name(digest))
    }

    /// A file that nobody sees yet.
    fn stage(&self) -> io::Result<Staged> {
        let serial = self.0.serial.fetch_add(1, Ordering::Relaxed);
        let path = self.0.root.join("uploads").join(serial.to_string());
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Staged { path, file })
    }

    /// The same with something in it, synced.
    fn stage_content(&self, content: &[u8]) -> io::Result<Staged> {
        let mut staged = self.stage()?;
        staged.file.write_all(content)?;
        wait_for(&staged.file)?;
        Ok(staged)
    }
}

impl Store for Disk {
    fn has_repository(&self, repository: &str) -> io::Result<bool> {
        let kinds = ["_blobs", "_manifests", "_tags"];
        Ok(kinds.iter().any(|kind| self.repository(repository).join(kind).is_dir()))
    }

    fn blob(&self, repository: &str, digest: &str) -> io::Result<Option<Content>> {
        if !self.blob_link(repository, digest).is_file() {
            return Ok(None);
        }
        let file = File::open(self.content(digest))?;
        let size = file.metadata()?.len();
        Ok(Some(Content::File(file, size)))
    }

    fn begin(&self) -> io::Result<Box<dyn Pending>> {
        Ok(Box::new(Upload { store: self.clone(), staged: self.stage()?, size: 0 }))
    }

    fn holders(&self, digest: &str) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        holders(&self.0.root.join("repositories"), "", &file_name(digest), &mut found)?;
        Ok(found)
    }

    fn mount(&self, from: &str, to: &str, digest: &str) -> io::Result<bool> {
        if !self.blob_link(from, digest).is_file() {
            return Ok(false);
        }
        link(&self.blob_link(to, digest))?;
        Ok(true)
    }

    fn remove_blob(&self, repository: &str, digest: &str) -> io::Result<bool> {
        remove(&self.blob_link(repository, digest))
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
        tags: &[String],
    ) -> io::Result<()> {
        let (folder, name) = (self.repository(repository), file_name(digest));
        let (manifests, tag_folder) = (folder.join("_manifests"), folder.join("_tags"));
        // What takes time comes before the lock.
        self.stage_content(&manifest.bytes)?.place(&self.content(digest))?;
        if let Some(subject) = subject {
            link(&folder.join("_referrers").join(file_name(subject)).join(&name))?;
        }
        let staged = self.stage_content(manifest.media_type.as_bytes())?;
        let pointers = tags.iter().map(|_| self.stage_content(digest.as_bytes()));
        let pointers = pointers.collect::<io::Result<Vec<Staged>>>()?;
        make(&manifests)?;
        if !tags.is_empty() {
            make(&tag_folder)?;
        }
        let writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        fs::rename(&staged.path, manifests.join(name))?;
        for (tag, pointer) in tags.iter().zip(&pointers) {
            fs::rename(&pointer.path, tag_folder.join(tag))?;
        }
        drop(writing);
        sync(&manifests)?;
        if tags.is_empty() { Ok(()) } else { sync(&tag_folder) }
    }

    fn remove_manifest(&self, repository: &str, digest: &str) -> io::Result<bool> {
        let (folder, name) = (self.repository(repository), file_name(digest));
        let (manifests, tag_folder) = (folder.join("_manifests"), folder.join("_tags"));
        let writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let tags = entries(&tag_folder)?;
        for path in tags.iter().map(|tag| tag_folder.join(tag)) {
            if read(&path)?.as_deref() == Some(digest) {
                unlink(&path)?;
            }
        }
        let was_there = unlink(&manifests.join(&name))?;
        drop(writing);
        if !tags.is_empty() {
            sync(&tag_folder)?;
        }
        if was_there {
            sync(&manifests)?;
        }
        for subject in entries(&folder.join("_referrers"))? {
            remove(&folder.join("_referrers").join(subject).join(&name))?;
        }
        Ok(was_there)
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

    fn remove_tag(&self, repository: &str, tag: &str) -> io::Result<bool> {
        remove(&self.repository(repository).join("_tags").join(tag))
    }

    fn tags(&self, repository: &str) -> io::Result<Vec<String>> {
        entries(&self.repository(repository).join("_tags"))
    }
}

/// A file that has no place yet. Dropped, it leaves nothing behind.
struct Staged {
    path: PathBuf,
    file: File,
}

impl Staged {
    /// Moves it to its place. Its content has been synced.
    fn place(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(path);
        make(folder)?;
        fs::rename(&self.path, path)?;
        sync(folder)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Once it has been placed there is nothing left to remove, and no other file gets its name.
        let _ = fs::remove_file(&self.path);
    }
}

struct Upload {
    store: Disk,
    staged: Staged,
    size: u64,
}

impl Pending for Upload {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.staged.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.staged.file.set_len(size)?;
        self.staged.file.seek(SeekFrom::Start(size))?;
        self.size = size;
        Ok(())
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(&self.staged.path)?))
    }

    fn finish(self: Box<Self>, repository: &str, digest: &str) -> io::Result<()> {
        wait_for(&self.staged.file)?;
        self.staged.place(&self.store.content(digest))?;
        link(&self.store.blob_link(repository, digest))
    }
}

/// Makes an empty file: it is whole as soon as it is there.
fn link(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    make(folder)?;
    File::create(path)?;
    sync(folder)
}

/// Makes a directory and those above it, each of which lasts.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(folder);
    make(above)?;
    match fs::create_dir(folder) {
        // Somebody else was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    sync(above)
}

fn sync(folder: &Path) -> io::Result<()> {
    wait_for(&File::open(folder)?)
}

/// Waits until a file or a directory is on the disk; other requests go on meanwhile, and what several
/// wait for is written at once.
fn wait_for(file: &File) -> io::Result<()> {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(|| file.sync_all()),
        _ => file.sync_all(),
    }
}

/// Removes a file for good. False if there is none.
fn remove(path: &Path) -> io::Result<bool> {
    let was_there = unlink(path)?;
    if was_there {
        sync(path.parent().unwrap_or(path))?;
    }
    Ok(was_there)
}

/// Removes a file, which may come back if the power fails now.
fn unlink(path: &Path) -> io::Result<bool> {
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

#[cfg(test)]
mod tests {
    use super::super::store::tests::{digest, push, text_of};
    use super::*;

    /// The files below a directory, without the lock.
    fn files(root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => found.extend(files(&path)),
                false => found.push(path.file_name().unwrap().to_string_lossy().into_owned()),
            }
        }
        found.retain(|name| name != "lock");
        found
    }

    #[test]
    fn content_outlives_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = Manifest { media_type: "a/b".to_owned(), bytes: "m".into() };
        let store = Disk::open(folder.path()).unwrap();
        push(&store, "a/b", "blob");
        store
            .add_manifest("a/b", &digest("m"), manifest.clone(), Some(&digest("s")), &["v1".into()])
            .unwrap();
        drop(store);
        let store = Disk::open(folder.path()).unwrap();
        assert_eq!(text_of(&store, "a/b", "blob").as_deref(), Some("blob"));
        assert_eq!(store.manifest("a/b", &digest("m")).unwrap(), Some(manifest));
        assert_eq!(store.referrers("a/b", &digest("s")).unwrap(), [digest("m")]);
        assert_eq!(store.tag("a/b", "v1").unwrap(), Some(digest("m")));
        assert_eq!(store.tags("a/b").unwrap(), ["v1"]);
    }

    #[test]
    fn a_directory_is_open_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Disk::open(folder.path()).unwrap();
        let mut upload = first.begin().unwrap();
        assert!(Disk::open(folder.path()).is_err());
        upload.append(b"still here").unwrap();
        upload.finish("a", &digest("still here")).unwrap();
        drop(first);
        assert!(Disk::open(folder.path()).is_ok());
    }

    #[test]
    fn what_is_not_finished_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let store = Disk::open(folder.path()).unwrap();
        let mut upload = store.begin().unwrap();
        upload.append(b"begun").unwrap();
        assert_eq!(files(folder.path()).len(), 1);
        drop(upload);
        assert!(files(folder.path()).is_empty());
        // Nobody tidies up after a process that is killed, but the next one.
        std::mem::forget(store.stage_content(b"left").unwrap());
        drop(store);
        assert_eq!(files(folder.path()).len(), 1);
        let _store = Disk::open(folder.path()).unwrap();
        assert!(files(folder.path()).is_empty());
    }

    #[test]
    fn half_a_change_is_not_seen() {
        // What a push leaves that was stopped before the manifest itself was placed.
        let folder = tempfile::tempdir().unwrap();
        let store = Disk::open(folder.path()).unwrap();
        store.stage_content(b"m").unwrap().place(&store.content(&digest("m"))).unwrap();
        link(
            &store
                .repository("a")
                .join("_referrers")
                .join(file_name(&digest("s")))
                .join(file_name(&digest("m"))),
        )
        .unwrap();
        assert!(!store.has_repository("a").unwrap());
        assert_eq!(store.manifest("a", &digest("m")).unwrap(), None);
        assert_eq!(text_of(&store, "a", "m"), None);
        assert!(store.holders(&digest("m")).unwrap().is_empty());
    }
}
