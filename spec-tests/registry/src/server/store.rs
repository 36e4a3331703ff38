//! Where a registry keeps its content.

use std::fs::File;
use std::io::{self, Read};

use bytes::Bytes;

/// Keeps repositories: blobs, manifests and tags, each by repository.
///
/// Digests and names that arrive here have passed their grammars. Every call is whole: what it
/// returned is what any later call sees, and a call that failed changed nothing.
pub trait Store: Send + Sync {
    /// Whether anything was ever pushed to a repository.
    fn has_repository(&self, repository: &str) -> io::Result<bool>;

    /// The blob that a repository holds under a digest.
    fn blob(&self, repository: &str, digest: &str) -> io::Result<Option<Content>>;

    /// Starts to take in a blob.
    fn begin(&self) -> io::Result<Box<dyn Pending>>;

    /// The repositories that hold a blob.
    fn holders(&self, digest: &str) -> io::Result<Vec<String>>;

    /// Makes a blob of one repository one of another, too. False if the first does not hold it.
    fn mount(&self, from: &str, to: &str, digest: &str) -> io::Result<bool>;

    /// Takes a blob out of a repository, and of that one only. False if it does not hold it.
    fn remove_blob(&self, repository: &str, digest: &str) -> io::Result<bool>;

    /// The manifest that a repository holds under a digest.
    fn manifest(&self, repository: &str, digest: &str) -> io::Result<Option<Manifest>>;

    /// Keeps a manifest, with the digest of its subject if it has one.
    fn add_manifest(
        &self,
        repository: &str,
        digest: &str,
        manifest: Manifest,
        subject: Option<&str>,
    ) -> io::Result<()>;

    /// Takes a manifest and every tag that points to it out of a repository. False if it is not there.
    fn remove_manifest(&self, repository: &str, digest: &str) -> io::Result<bool>;

    /// The digests of the manifests of a repository that have this subject, in order.
    fn referrers(&self, repository: &str, subject: &str) -> io::Result<Vec<String>>;

    /// The digest that a tag points to.
    fn tag(&self, repository: &str, tag: &str) -> io::Result<Option<String>>;

    /// Lets a tag point to a digest.
    fn set_tag(&self, repository: &str, tag: &str, digest: &str) -> io::Result<()>;

    /// Forgets a tag. False if there is none.
    fn remove_tag(&self, repository: &str, tag: &str) -> io::Result<bool>;

    /// The tags of a repository, in any order.
    fn tags(&self, repository: &str) -> io::Result<Vec<String>>;
}

/// The content of a stored blob.
#[derive(Debug)]
pub enum Content {
    /// Held in memory.
    Memory(Bytes),
    /// In a file of this size, in bytes.
    File(File, u64),
}

impl Content {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File(_, size) => *size,
        }
    }
}

/// A stored manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The media type with which it was pushed.
    pub media_type: String,
    /// The bytes that were pushed.
    pub bytes: Bytes,
}

/// A blob that is being taken in. Dropped, it leaves nothing behind.
pub trait Pending: Send {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Forgets everything after the first `size` bytes.
    fn truncate(&mut self, size: u64) -> io::Result<()>;

    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Reads what there is, from its start.
    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>>;

    /// Makes it a blob of a repository, under a digest that the caller has verified.
    fn finish(self: Box<Self>, repository: &str, digest: &str) -> io::Result<()>;
}
