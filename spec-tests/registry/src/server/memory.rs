//! A store in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::store::{Content, Manifest, Pending, Store};

/// Keeps everything in memory, for as long as it lives.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<BTreeMap<String, Repository>>>);

#[derive(Debug, Default)]
struct Repository {
    blobs: BTreeMap<String, Bytes>,
    manifests: BTreeMap<String, Manifest>,
    tags: BTreeMap<String, String>,
    /// Pairs of a subject and a manifest that refers to it.
    referrers: BTreeSet<(String, String)>,
}

impl Memory {
    /// No change leaves a repository half done, so a panic elsewhere is no reason to stop.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Repository>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn has_repository(&self, repository: &str) -> io::Result<bool> {
        Ok(self.lock().contains_key(repository))
    }

    fn blob(&self, repository: &str, digest: &str) -> io::Result<Option<Content>> {
        let repositories = self.lock();
        let blob = repositories.get(repository).and_then(|repository| repository.blobs.get(digest));
        Ok(blob.cloned().map(Content::Memory))
    }

    fn begin(&self) -> io::Result<Box<dyn Pending>> {
        Ok(Box::new(Upload { store: self.clone(), bytes: Vec::new() }))
    }

    fn holders(&self, digest: &str) -> io::Result<Vec<String>> {
        let repositories = self.lock();
        let holders = repositories.iter().filter(|(_, repository)| repository.blobs.contains_key(digest));
        Ok(holders.map(|(name, _)| name.clone()).collect())
    }

    fn mount(&self, from: &str, to: &str, digest: &str) -> io::Result<bool> {
        let mut repositories = self.lock();
        let blob = repositories.get(from).and_then(|repository| repository.blobs.get(digest)).cloned();
        let Some(blob) = blob else { return Ok(false) };
        repositories.entry(to.to_owned()).or_default().blobs.insert(digest.to_owned(), blob);
        Ok(true)
    }

    fn remove_blob(&self, repository: &str, digest: &str) -> io::Result<bool> {
        let mut repositories = self.lock();
        Ok(repositories.get_mut(repository).is_some_and(|found| found.blobs.remove(digest).is_some()))
    }

    fn manifest(&self, repository: &str, digest: &str) -> io::Result<Option<Manifest>> {
        let repositories = self.lock();
        Ok(repositories.get(repository).and_then(|repository| repository.manifests.get(digest)).cloned())
    }

    fn add_manifest(
        &self,
        repository: &str,
        digest: &str,
        manifest: Manifest,
        subject: Option<&str>,
        tags: &[String],
    ) -> io::Result<()> {
        let mut repositories = self.lock();
        let repository = repositories.entry(repository.to_owned()).or_default();
        repository.manifests.insert(digest.to_owned(), manifest);
        repository.referrers.extend(subject.map(|subject| (subject.to_owned(), digest.to_owned())));
        repository.tags.extend(tags.iter().map(|tag| (tag.clone(), digest.to_owned())));
        Ok(())
    }

    fn remove_manifest(&self, repository: &str, digest: &str) -> io::Result<bool> {
        let mut repositories = self.lock();
        let Some(repository) = repositories.get_mut(repository) else { return Ok(false) };
        repository.tags.retain(|_, target| target != digest);
        repository.referrers.retain(|(_, referrer)| referrer != digest);
        Ok(repository.manifests.remove(digest).is_some())
    }

    fn referrers(&self, repository: &str, subject: &str) -> io::Result<Vec<String>> {
        let repositories = self.lock();
        let Some(repository) = repositories.get(repository) else { return Ok(Vec::new()) };
        let first = (subject.to_owned(), String::new());
        let referrers = repository.referrers.range(first..).take_while(|(of, _)| of == subject);
        Ok(referrers.map(|(_, referrer)| referrer.clone()).collect())
    }

    fn tag(&self, repository: &str, tag: &str) -> io::Result<Option<String>> {
        let repositories = self.lock();
        Ok(repositories.get(repository).and_then(|repository| repository.tags.get(tag)).cloned())
    }

    fn remove_tag(&self, repository: &str, tag: &str) -> io::Result<bool> {
        let mut repositories = self.lock();
        Ok(repositories.get_mut(repository).is_some_and(|found| found.tags.remove(tag).is_some()))
    }

    fn tags(&self, repository: &str) -> io::Result<Vec<String>> {
        let repositories = self.lock();
        Ok(repositories.get(repository).map_or_else(Vec::new, |found| found.tags.keys().cloned().collect()))
    }
}

struct Upload {
    store: Memory,
    bytes: Vec<u8>,
}

impl Pending for Upload {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(())
    }

    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.bytes.as_slice()))
    }

    fn finish(self: Box<Self>, repository: &str, digest: &str) -> io::Result<()> {
        let mut repositories = self.store.lock();
        let blobs = &mut repositories.entry(repository.to_owned()).or_default().blobs;
        blobs.insert(digest.to_owned(), self.bytes.into());
        Ok(())
    }
}
