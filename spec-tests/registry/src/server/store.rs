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

    /// Keeps a manifest, with the digest of its subject if it has one, and lets tags point to it.
    fn add_manifest(
        &self,
        repository: &str,
        digest: &str,
        manifest: Manifest,
        subject: Option<&str>,
        tags: &[String],
    ) -> io::Result<()>;

    /// Takes a manifest and every tag that points to it out of a repository. False if it is not there.
    fn remove_manifest(&self, repository: &str, digest: &str) -> io::Result<bool>;

    /// The digests of the manifests of a repository that have this subject, in order.
    fn referrers(&self, repository: &str, subject: &str) -> io::Result<Vec<String>>;

    /// The digest that a tag points to.
    fn tag(&self, repository: &str, tag: &str) -> io::Result<Option<String>>;

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

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;
    use std::sync::Barrier;

    use seaworthy_image::digest::{Algorithm, digest_of};

    use super::super::{Disk, Memory};
    use super::*;

    pub fn digest(text: &str) -> String {
        digest_of(Algorithm::Sha256, text.as_bytes())
    }

    pub fn push(store: &dyn Store, repository: &str, text: &str) {
        let mut upload = store.begin().unwrap();
        upload.append(text.as_bytes()).unwrap();
        upload.finish(repository, &digest(text)).unwrap();
    }

    /// The blob with the digest of a text, as a repository serves it.
    pub fn text_of(store: &dyn Store, repository: &str, text: &str) -> Option<String> {
        let content = store.blob(repository, &digest(text)).unwrap()?;
        let size = content.size();
        let bytes = match content {
            Content::Memory(bytes) => bytes.to_vec(),
            Content::File(mut file, _) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                bytes
            }
        };
        assert_eq!(size, bytes.len() as u64);
        Some(String::from_utf8(bytes).unwrap())
    }

    fn manifest(text: &str) -> Manifest {
        Manifest { media_type: "a/b".to_owned(), bytes: text.to_owned().into() }
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    /// Does the same with a store of either kind.
    fn with_each(check: impl Fn(&dyn Store)) {
        check(&Memory::default());
        let folder = tempfile::tempdir().unwrap();
        check(&Disk::open(folder.path()).unwrap());
    }

    #[test]
    fn blobs() {
        with_each(|store| {
            assert!(!store.has_repository("a").unwrap());
            push(store, "a", "one");
            push(store, "a", "");
            assert!(store.has_repository("a").unwrap());
            assert!(!store.has_repository("a/b").unwrap());
            assert_eq!(text_of(store, "a", "one").as_deref(), Some("one"));
            assert_eq!(text_of(store, "a", "").as_deref(), Some(""));
            assert_eq!(text_of(store, "b", "one"), None);
            assert!(!store.mount("b", "c", &digest("one")).unwrap());
            assert!(!store.has_repository("c").unwrap());
            assert!(store.mount("a", "a/b", &digest("one")).unwrap());
            let holders: BTreeSet<_> = store.holders(&digest("one")).unwrap().into_iter().collect();
            assert_eq!(holders, BTreeSet::from(["a".to_owned(), "a/b".to_owned()]));
            assert!(store.remove_blob("a", &digest("one")).unwrap());
            assert!(!store.remove_blob("a", &digest("one")).unwrap());
            assert_eq!(text_of(store, "a", "one"), None);
            assert_eq!(text_of(store, "a/b", "one").as_deref(), Some("one"));
            push(store, "a", "one");
            assert_eq!(text_of(store, "a", "one").as_deref(), Some("one"));
        });
    }

    #[test]
    fn uploads() {
        with_each(|store| {
            let mut upload = store.begin().unwrap();
            upload.append(b"one two three").unwrap();
            upload.truncate(4).unwrap();
            assert_eq!(upload.size(), 4);
            upload.append(b"2").unwrap();
            for _ in 0..2 {
                let mut text = String::new();
                upload.reader().unwrap().read_to_string(&mut text).unwrap();
                assert_eq!(text, "one 2");
            }
            upload.truncate(0).unwrap();
            upload.append(b"end").unwrap();
            assert_eq!(text_of(store, "a", "end"), None);
            upload.finish("a", &digest("end")).unwrap();
            assert_eq!(text_of(store, "a", "end").as_deref(), Some("end"));
        });
    }

    #[test]
    fn manifests_and_tags() {
        with_each(|store| {
            let tags = strings(&["v1", "latest"]);
            store.add_manifest("a", &digest("1"), manifest("1"), None, &tags).unwrap();
            store.add_manifest("a", &digest("2"), manifest("2"), None, &tags[1..]).unwrap();
            assert_eq!(store.tag("a", "v1").unwrap(), Some(digest("1")));
            assert_eq!(store.tag("a", "latest").unwrap(), Some(digest("2")));
            assert_eq!(store.tag("b", "latest").unwrap(), None);
            assert_eq!(store.manifest("a", &digest("1")).unwrap(), Some(manifest("1")));
            assert_eq!(store.manifest("b", &digest("1")).unwrap(), None);
            // A manifest is no blob.
            assert_eq!(text_of(store, "a", "1"), None);
            let mut found = store.tags("a").unwrap();
            found.sort();
            assert_eq!(found, ["latest", "v1"]);
            assert!(store.remove_tag("a", "v1").unwrap());
            assert!(!store.remove_tag("a", "v1").unwrap());
            assert!(store.manifest("a", &digest("1")).unwrap().is_some());
            assert!(store.remove_manifest("a", &digest("2")).unwrap());
            assert!(!store.remove_manifest("a", &digest("2")).unwrap());
            assert!(store.tags("a").unwrap().is_empty());
            assert!(store.has_repository("a").unwrap());
        });
    }

    #[test]
    fn referrers() {
        with_each(|store| {
            let subject = digest("subject");
            for text in ["1", "2"] {
                store.add_manifest("a", &digest(text), manifest(text), Some(&subject), &[]).unwrap();
            }
            store.add_manifest("a", &digest("3"), manifest("3"), Some(&digest("1")), &[]).unwrap();
            let mut both = [digest("1"), digest("2")];
            both.sort();
            assert_eq!(store.referrers("a", &subject).unwrap(), both);
            assert!(store.referrers("b", &subject).unwrap().is_empty());
            assert!(store.remove_manifest("a", &digest("1")).unwrap());
            assert_eq!(store.referrers("a", &subject).unwrap(), [digest("2")]);
            assert_eq!(store.referrers("a", &digest("1")).unwrap(), [digest("3")]);
        });
    }

    /// A tag that is listed has a manifest, however pushes and deletions meet.
    #[test]
    fn a_manifest_and_its_tags_change_together() {
        with_each(|store| {
            let start = Barrier::new(2);
            for _ in 0..50 {
                std::thread::scope(|threads| {
                    threads.spawn(|| {
                        start.wait();
                        store
                            .add_manifest("a", &digest("1"), manifest("1"), None, &strings(&["v1"]))
                            .unwrap();
                    });
                    threads.spawn(|| {
                        start.wait();
                        store.remove_manifest("a", &digest("1")).unwrap();
                    });
                });
                let is_there = store.manifest("a", &digest("1")).unwrap().is_some();
                assert_eq!(store.tag("a", "v1").unwrap().is_some(), is_there);
            }
        });
    }
}
