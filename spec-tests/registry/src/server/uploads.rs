//! Uploads of blobs: at once, in chunks, or by mounting.

use std::fmt::Display;
use std::io::Read;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::header::{CONTENT_RANGE, LOCATION, RANGE};
use hyper::{Response, StatusCode};
use seaworthy_image::digest::{Algorithm, Hasher, digest_of};

use super::access::Action;
use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::range;
use super::sessions::Upload;
use super::store::Pending;
use super::{Asked, DIGEST, Registry, answer, set};
use crate::push;
use crate::spec::SpecVersion;

impl Registry {
    /// POST: opens a session, stores a whole blob, or mounts one.
    pub(super) async fn open_upload<B>(&self, asked: &Asked<'_>, body: B) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        if let Some(digest) = asked.query.first("mount") {
            if let Some(answer) = self.try_mount(asked, digest)? {
                return Ok(answer);
            }
        } else if let Some(digest) = asked.query.first("digest") {
            return self.store_at_once(asked, digest, body).await;
        } else if let Some(name) = asked.query.first("digest-algorithm")
            && self.settings.version >= SpecVersion::Dev
        {
            let algorithm = self.algorithm(name)?;
            if algorithm == Algorithm::Sha512 && self.is_faulty(push::digest_algorithm::REFUSED) {
                return Err(Refusal::bad(Code::DigestInvalid, "only SHA-256"));
            }
        }
        let unused = match self.is_faulty(push::upload_session_unique::SHARED) {
            true => self.uploads.unused(asked.repository),
            false => None,
        };
        let name = match unused {
            Some(name) => name,
            None => self.uploads.open(asked.repository, self.store.begin()?, self.settings.session_limit),
        };
        let status = match asked.query.is_empty() && self.is_faulty(push::upload_open::CREATED) {
            true => StatusCode::CREATED,
            false => StatusCode::ACCEPTED,
        };
        let mut response = answer(status, body::empty());
        if !self.is_faulty(push::upload_open::NO_LOCATION) {
            set(&mut response, LOCATION, &upload_location(asked.repository, &name));
        }
        Ok(response)
    }

    /// A blob in one request.
    async fn store_at_once<B>(
        &self,
        asked: &Asked<'_>,
        digest: &str,
        body: B,
    ) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let algorithm = self.algorithm_of(digest)?;
        let mut upload = self.store.begin()?;
        self.append(upload.as_mut(), body).await?;
        let found = hash(upload.as_mut(), algorithm)?;
        if found != digest && !self.is_faulty(push::blob_single_mismatch::STORED) {
            return Err(Refusal::bad(Code::DigestInvalid, format!("the content has the digest {found}")));
        }
        if !self.is_faulty(push::blob_single_stored::LOST) {
            upload.finish(asked.repository, digest)?;
        }
        let mut response = created(&blob_location(asked.repository, digest), digest);
        if self.is_faulty(push::blob_single::NO_LOCATION) {
            response.headers_mut().remove(LOCATION);
        }
        Ok(response)
    }

    /// Mounts a blob. None if that cannot be done, and an upload is to be opened instead.
    fn try_mount(&self, asked: &Asked<'_>, digest: &str) -> Result<Option<Response<Body>>, Refusal> {
        if let Err(refusal) = self.algorithm_of(digest) {
            return match self.is_faulty(push::mount_malformed::CREATED) {
                true => Ok(Some(created(&blob_location(asked.repository, "malformed"), "malformed"))),
                false => Err(refusal),
            };
        }
        if asked.query.first("from").is_none() && self.is_faulty(push::mount_without_from::REFUSED) {
            return Err(Refusal::bad(Code::NameInvalid, "from is missing"));
        }
        if !self.mount(asked, digest)? {
            return match self.is_faulty(push::mount_unknown::NOT_FOUND) {
                true => Err(Refusal::unknown(Code::BlobUnknown, "there is no such blob")),
                false => Ok(None),
            };
        }
        if self.is_faulty(push::mount_readable::LOST) {
            self.store.remove_blob(asked.repository, digest)?;
        }
        let told = match self.is_faulty(push::mount_digest::WRONG) {
            true => digest_of(Algorithm::Sha256, b"something else"),
            false => digest.to_owned(),
        };
        let mut response = created(&blob_location(asked.repository, digest), &told);
        if self.is_faulty(push::mount::NO_LOCATION) {
            response.headers_mut().remove(LOCATION);
        }
        Ok(Some(response))
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
        let session = match self.session(asked, name) {
            Err(_) if self.is_faulty(push::upload_unknown::ACCEPTED) => {
                return Ok(answer(StatusCode::ACCEPTED, body::empty()));
            }
            session => session?,
        };
        let mut upload = session.lock().await;
        let is_streamed = !asked.headers.contains_key(CONTENT_RANGE);
        if is_streamed && self.is_faulty(push::chunk_streamed::REFUSED) {
            return Err(Refusal::bad(Code::BlobUploadInvalid, "Content-Range is missing"));
        }
        self.add_chunk(asked, upload.as_mut(), body).await?;
        if upload.size() < 10 && self.is_faulty(push::chunk_minimum::SILENT) {
            return Err(Refusal::bad(Code::SizeInvalid, "the chunk is too small"));
        }
        let status = match self.is_faulty(push::chunk::OK) {
            true => StatusCode::OK,
            false => StatusCode::ACCEPTED,
        };
        let mut response = progress(status, asked.repository, name, upload.size());
        if self.is_faulty(push::chunk_range::MISSING) {
            response.headers_mut().remove(RANGE);
        } else if self.is_faulty(push::chunk_range::SIZE) {
            set(&mut response, RANGE, &format!("0-{}", upload.size()));
        }
        Ok(response)
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
        let algorithm = self.algorithm_of(digest).map_err(|mut refusal| {
            if self.is_faulty(push::digest_invalid::CONFLICT) {
                refusal.status = StatusCode::CONFLICT;
            }
            refusal
        })?;
        if algorithm == Algorithm::Sha512 && self.is_faulty(push::blob_sha512::REFUSED) {
            return Err(Refusal::bad(Code::DigestInvalid, "only SHA-256"));
        }
        let mut upload = session.lock().await;
        let before = upload.size();
        self.add_chunk(asked, upload.as_mut(), body).await?;
        let is_last_chunk = before > 0 && upload.size() > before;
        if is_last_chunk && self.is_faulty(push::chunk_last_in_put::REFUSED) {
            return Err(Refusal::bad(Code::BlobUploadInvalid, "all chunks have to come before"));
        }
        if upload.size() == 0 && self.is_faulty(push::blob_empty::REFUSED) {
            return Err(Refusal::bad(Code::SizeInvalid, "the blob is empty"));
        }
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
        let status = match self.is_faulty(push::upload_status::OK) {
            true => StatusCode::OK,
            false => StatusCode::NO_CONTENT,
        };
        Ok(progress(status, asked.repository, name, size))
    }

    /// DELETE: gives a session up.
    pub(super) async fn cancel_upload(
        &self,
        asked: &Asked<'_>,
        name: &str,
    ) -> Result<Response<Body>, Refusal> {
        self.session(asked, name)?;
        self.uploads.forget(name);
        let status = match self.is_faulty(push::upload_cancel::ACCEPTED) {
            true => StatusCode::ACCEPTED,
            false => StatusCode::NO_CONTENT,
        };
        Ok(answer(status, body::empty()))
    }

    fn session(&self, asked: &Asked<'_>, name: &str) -> Result<Upload, Refusal> {
        let repository = match self.is_faulty(push::upload_once::ANYWHERE) {
            true => None,
            false => Some(asked.repository),
        };
        let found = self.uploads.find(repository, name);
        found.ok_or_else(|| Refusal::unknown(Code::BlobUploadUnknown, "there is no such upload"))
    }

    /// Mounts a blob from the repository that is named, or else from any, if whoever asks may read that one.
    fn mount(&self, asked: &Asked<'_>, digest: &str) -> Result<bool, Refusal> {
        let is_readable = |from: &String| asked.visitor.may(Action::Pull, from);
        let from = match asked.query.first("from") {
            Some(from) => Some(from.to_owned()).filter(is_readable),
            None => self.store.holders(digest)?.into_iter().find(is_readable),
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
        let range = self.chunk_range(asked, start)?;
        let result = self.append(upload, body).await.and_then(|()| {
            let added = upload.size() - start;
            match range {
                Some((first, last))
                    if last - first + 1 != added && !self.is_faulty(push::chunk_length::TAKEN) =>
                {
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

    /// Where a chunk says that it belongs, if it does and if that is where the upload goes on.
    fn chunk_range(&self, asked: &Asked<'_>, start: u64) -> Result<Option<(u64, u64)>, Refusal> {
        let Some(header) = asked.headers.get(CONTENT_RANGE) else { return Ok(None) };
        let misplaced =
            |message| Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, Code::BlobUploadInvalid, message);
        let Some(range) = header.to_str().ok().and_then(range::chunk) else {
            return match self.is_faulty(push::chunk_range_form::IGNORED) {
                true => Ok(None),
                false => Err(misplaced("Content-Range is not of the form first-last")),
            };
        };
        let fault = match asked.method.as_str() {
            "PUT" => push::chunk_order_last::ACCEPTED,
            _ => push::chunk_order::ACCEPTED,
        };
        match range.0 == start || self.is_faulty(fault) {
            true => Ok(Some(range)),
            false => Err(misplaced("the chunk does not follow the one before")),
        }
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
        let is_there = self.store.blob(asked.repository, digest)?.is_some();
        if is_there && upload.size() > 500 && self.is_faulty(push::blob_again::REFUSED) {
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                Code::BlobUploadInvalid,
                "the blob is there already",
            ));
        }
        upload.finish(asked.repository, digest)?;
        let location = match self.is_faulty(push::upload_location::ELSEWHERE) {
            true => format!("/v2/{}/manifests/{digest}", asked.repository),
            false => blob_location(asked.repository, digest),
        };
        let mut response = created(&location, digest);
        if self.is_faulty(push::upload_close::ACCEPTED) {
            *response.status_mut() = StatusCode::ACCEPTED;
        }
        Ok(response)
    }
}

fn blob_location(repository: &str, digest: &str) -> String {
    format!("/v2/{repository}/blobs/{digest}")
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
