//! The upload sessions that are open.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::secrets::Secrets;
use super::store::Pending;

/// The upload sessions that are open.
#[derive(Default)]
pub(super) struct Uploads {
    sessions: Mutex<BTreeMap<String, Session>>,
    /// Counts uses, to tell which session was left alone for longest.
    clock: AtomicU64,
    names: Secrets,
}

/// One session. Its content is locked while a request adds to it.
struct Session {
    repository: String,
    used: u64,
    upload: Upload,
}

/// Its content.
pub(super) type Upload = Arc<tokio::sync::Mutex<Box<dyn Pending>>>;

impl Uploads {
    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    /// Opens one, and returns its name.
    pub fn open(&self, repository: &str, upload: Box<dyn Pending>, limit: usize) -> String {
        let used = self.tick();
        let name = self.names.next();
        let name = format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            name >> 96,
            name >> 80 & 0xffff,
            name >> 64 & 0xfff,
            name >> 48 & 0x3fff | 0x8000,
            name & 0xffff_ffff_ffff
        );
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        while sessions.len() >= limit.max(1) {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.used);
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else { break };
            sessions.remove(&oldest);
        }
        let upload = Arc::new(tokio::sync::Mutex::new(upload));
        sessions.insert(name.clone(), Session { repository: repository.to_owned(), used, upload });
        name
    }

    /// A session of the repository to which nothing was sent.
    pub fn unused(&self, repository: &str) -> Option<String> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let is_unused = |session: &Session| {
            session.repository == repository
                && session.upload.try_lock().is_ok_and(|upload| upload.size() == 0)
        };
        sessions.iter().find(|(_, session)| is_unused(session)).map(|(name, _)| name.clone())
    }

    /// The content of a session, if it belongs to the repository, or to any if that does not count.
    pub fn find(&self, repository: Option<&str>, name: &str) -> Option<Upload> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = |session: &&mut Session| repository.is_none_or(|name| session.repository == name);
        let session = sessions.get_mut(name).filter(is_there)?;
        session.used = self.tick();
        Some(session.upload.clone())
    }

    /// Closes one, if it is open.
    pub fn forget(&self, name: &str) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}
