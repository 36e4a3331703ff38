//! Uploads of blobs: at once, in chunks, or by mounting.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::fmt::Display;
use std::hash::BuildHasher;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::header::{CONTENT_RANGE, LOCATION, RANGE};
use hyper::{Response, StatusCode};
use seaworthy_image::digest::{Algorithm, Hasher};

use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::range;
use super::store::Pending;
use super::{Asked, DIGEST, Registry, answer, set};
use crate::push;
use crate::spec::SpecVersion;

/// The upload sessions that are open.
#[derive(Default)]
pub(super) struct Uploads {
    sessions: Mutex<BTreeMap<String, Session>>,
    /// Counts uses, to tell which session was left alone for longest.
    clock: AtomicU64,
    /// Makes names that nobody can guess.
    random: RandomState,
}

/// One session. Its content is locked while a request adds to it.
struct Session {
    repository: String,
    used: u64,
    upload: Arc<tokio::sync::Mutex<Box<dyn Pending>>>,
}

impl Uploads {
    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    fn open(&self, repository: &str, upload: Box<dyn Pending>, limit: usize) -> String {
        let used = self.tick();
        let (high, low) = (self.random.hash_one((used, 0)), self.random.hash_one((used, 1)));
        let name = format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
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

    /// The content of a session, if it belongs to the repository.
    fn find(&self, repository: &str, name: &str) -> Option<Arc<tokio::sync::Mutex<Box<dyn Pending>>>> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(name).filter(|session| session.repository == repository)?;
        session.used = self.tick();
        Some(session.upload.clone())
    }

    fn forget(&self, name: &str) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

impl Registry {
    /// POST: opens a session, stores a whole blob, or mounts one.
    pub(super) async fn open_upload<B>(&self, asked: &Asked<'_>, body: B) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        if let Some(digest) = asked.query.first("mount") {
            self.algorithm_of(digest)?;
            if self.mount(asked, digest)? {
                return Ok(created(&self.blob_location(asked.repository, digest), digest));
            }
        } else if let Some(digest) = asked.query.first("digest") {
            let algorithm = self.algorithm_of(digest)?;
            let mut upload = self.store.begin()?;
            self.append(upload.as_mut(), body).await?;
            return self.finish_upload(asked, upload, algorithm, digest);
        } else if let Some(name) = asked.query.first("digest-algorithm")
            && self.settings.version >= SpecVersion::Dev
        {
            self.algorithm(name)?;
        }
        let name = self.uploads.open(asked.repository, self.store.begin()?, self.settings.session_limit);
        let status = match self.is_faulty(push::upload_open::CREATED) {
            true => StatusCode::CREATED,
            false => StatusCode::ACCEPTED,
        };
        let mut response = answer(status, body::empty());
        if !self.is_faulty(push::upload_open::NO_LOCATION) {
            set(&mut response, LOCATION, &upload_location(asked.repository, &name));
        }
        Ok(response)
    }

    /// PATCH: adds a chunk.
    pub(super) async fn continue_upload<B>(
        &self,
        asked: &Asked<'_>,
        name: &str,
        body: B,
    ) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let session = self.session(asked, name)?;
        let mut upload = session.lock().await;
        self.add_chunk(asked, upload.as_mut(), body).await?;
        Ok(progress(StatusCode::ACCEPTED, asked.repository, name, upload.size()))
    }

    /// PUT: adds the last chunk, if there is one, and closes the session.
    pub(super) async fn close_upload<B>(
        &self,
        asked: &Asked<'_>,
        name: &str,
        body: B,
    ) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let session = self.session(asked, name)?;
        let Some(digest) = asked.query.first("digest") else {
            return Err(Refusal::bad(Code::DigestInvalid, "the digest is missing"));
        };
        let algorithm = self.algorithm_of(digest)?;
        let mut upload = session.lock().await;
        self.add_chunk(asked, upload.as_mut(), body).await?;
        self.uploads.forget(name);
        // Whoever waits for the session finds it empty and forgotten.
        let upload = std::mem::replace(&mut *upload, self.store.begin()?);
        self.finish_upload(asked, upload, algorithm, digest)
    }

    /// GET: how far a session has come.
    pub(super) async fn upload_status(
        &self,
        asked: &Asked<'_>,
        name: &str,
    ) -> Result<Response<Body>, Refusal> {
        let session = self.session(asked, name)?;
        let size = session.lock().await.size();
        Ok(progress(StatusCode::NO_CONTENT, asked.repository, name, size))
    }

    /// DELETE: gives a session up.
    pub(super) async fn cancel_upload(
        &self,
        asked: &Asked<'_>,
        name: &str,
    ) -> Result<Response<Body>, Refusal> {
        self.session(asked, name)?;
        self.uploads.forget(name);
        Ok(answer(StatusCode::NO_CONTENT, body::empty()))
    }

    fn session(
        &self,
        asked: &Asked<'_>,
        name: &str,
    ) -> Result<Arc<tokio::sync::Mutex<Box<dyn Pending>>>, Refusal> {
        self.uploads
            .find(asked.repository, name)
            .ok_or_else(|| Refusal::unknown(Code::BlobUploadUnknown, "there is no such upload"))
    }

    /// Mounts a blob from the repository that is named, or else from any.
    fn mount(&self, asked: &Asked<'_>, digest: &str) -> Result<bool, Refusal> {
        let from = match asked.query.first("from") {
            Some(from) => Some(from.to_owned()),
            None => self.store.holders(digest)?.into_iter().next(),
        };
        let Some(from) = from.filter(|from| crate::name::is_repository(from, self.settings.version)) else {
            return Ok(false);
        };
        Ok(self.store.mount(&from, asked.repository, digest)?)
    }

    /// Adds a chunk whole, or not at all: on an error the session is where it was before.
    async fn add_chunk<B>(&self, asked: &Asked<'_>, upload: &mut dyn Pending, body: B) -> Result<(), Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let start = upload.size();
        let range = match asked.headers.get(CONTENT_RANGE) {
            None => None,
            Some(header) => {
                let range = header.to_str().ok().and_then(range::chunk);
                let misplaced = |message| {
                    Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, Code::BlobUploadInvalid, message)
                };
                let range = range.ok_or_else(|| misplaced("Content-Range is not of the form first-last"))?;
                if range.0 != start && !self.is_faulty(push::chunk_order::ACCEPTED) {
                    return Err(misplaced("the chunk does not follow the one before"));
                }
                Some(range)
            }
        };
        let result = self.append(upload, body).await.and_then(|()| {
            let added = upload.size() - start;
            match range {
                Some((first, last)) if last - first + 1 != added => {
                    Err(Refusal::bad(Code::SizeInvalid, "the chunk is not as long as its Content-Range"))
                }
                _ => Ok(()),
            }
        });
        if result.is_err() {
            upload.truncate(start)?;
        }
        result
    }

    /// Adds a body, up to the limit of a blob.
    async fn append<B>(&self, upload: &mut dyn Pending, mut body: B) -> Result<(), Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|error| Refusal::bad(Code::SizeInvalid, format!("the body ended: {error}")))?;
            let Ok(data) = frame.into_data() else { continue };
            if upload.size() + data.len() as u64 > self.settings.blob_limit {
                let message = "blobs of this size are not taken";
                return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::SizeInvalid, message));
            }
            upload.append(&data)?;
        }
        Ok(())
    }

    /// Verifies the whole and keeps it.
    fn finish_upload(
        &self,
        asked: &Asked<'_>,
        mut upload: Box<dyn Pending>,
        algorithm: Algorithm,
        digest: &str,
    ) -> Result<Response<Body>, Refusal> {
        let found = hash(upload.as_mut(), algorithm)?;
        if found != digest && !self.is_faulty(push::blob_digest_mismatch::STORED) {
            return Err(Refusal::bad(Code::DigestInvalid, format!("the content has the digest {found}")));
        }
        upload.finish(asked.repository, digest)?;
        let mut response = created(&self.blob_location(asked.repository, digest), digest);
        if self.is_faulty(push::upload_close::ACCEPTED) {
            *response.status_mut() = StatusCode::ACCEPTED;
        }
        Ok(response)
    }

    fn blob_location(&self, repository: &str, digest: &str) -> String {
        format!("/v2/{repository}/blobs/{digest}")
    }
}

fn hash(upload: &mut dyn Pending, algorithm: Algorithm) -> Result<String, Refusal> {
    let mut hasher = Hasher::new(algorithm);
    let mut reader = upload.reader()?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

fn upload_location(repository: &str, name: &str) -> String {
    format!("/v2/{repository}/blobs/uploads/{name}")
}

/// 201 for a blob.
fn created(location: &str, digest: &str) -> Response<Body> {
    let mut response = answer(StatusCode::CREATED, body::empty());
    set(&mut response, LOCATION, location);
    set(&mut response, DIGEST, digest);
    response
}

/// How far a session has come. The specification has no way to say that nothing has arrived yet;
/// `0-0` is what most registries say then.
fn progress(status: StatusCode, repository: &str, name: &str, size: u64) -> Response<Body> {
    let mut response = answer(status, body::empty());
    set(&mut response, LOCATION, &upload_location(repository, name));
    set(&mut response, RANGE, &format!("0-{}", size.saturating_sub(1)));
    response
}
