//! Blobs: reading and deleting them.

use hyper::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RANGE};
use hyper::{Response, StatusCode};
use seaworthy_image::digest::{Algorithm, Digest};

use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::range::{self, Wanted};
use super::store::Content;
use super::{Asked, DIGEST, Registry, answer, set};
use crate::{management, pull};

impl Registry {
    /// GET and HEAD of a blob.
    pub(super) fn read_blob(&self, asked: &Asked<'_>, digest: &str) -> Result<Response<Body>, Refusal> {
        self.algorithm_of(digest)?;
        let Some(content) = self.find_blob(asked.repository, digest)? else {
            if self.is_faulty(pull::blob_unknown::NO_CONTENT) {
                return Ok(answer(StatusCode::NO_CONTENT, body::empty()));
            }
            return Err(Refusal::unknown(Code::BlobUnknown, "this repository holds no such blob"));
        };
        let size = content.size();
        let range = if asked.is_head() || self.is_faulty(pull::blob_range::IGNORED) {
            Wanted::All
        } else {
            range::wanted(asked.header(RANGE), size)
        };
        let (status, first, length) = match range {
            Wanted::All => (StatusCode::OK, 0, size),
            Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
            Wanted::Nothing => {
                let refusal = Refusal::new(
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    Code::SizeInvalid,
                    "no such part of the blob",
                );
                return Err(match HeaderValue::from_str(&format!("bytes */{size}")) {
                    Ok(value) => refusal.with(CONTENT_RANGE, value),
                    Err(_) => refusal,
                });
            }
        };
        let body = if asked.is_head() { body::empty() } else { self.part(content, first, length) };
        let mut response = answer(status, body);
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {first}-{}/{size}", first + length - 1);
            set(&mut response, CONTENT_RANGE, &range);
        }
        set(&mut response, DIGEST, digest);
        Ok(response)
    }

    /// DELETE of a blob.
    pub(super) fn delete_blob(&self, asked: &Asked<'_>, digest: &str) -> Result<Response<Body>, Refusal> {
        self.algorithm_of(digest)?;
        if !self.settings.delete_blobs {
            return Err(Refusal::method("GET, HEAD"));
        }
        if !self.store.remove_blob(asked.repository, digest)? {
            return Err(Refusal::unknown(Code::BlobUnknown, "this repository holds no such blob"));
        }
        let status = match self.is_faulty(management::blob_delete::OK) {
            true => StatusCode::OK,
            false => StatusCode::ACCEPTED,
        };
        Ok(answer(status, body::empty()))
    }

    fn find_blob(&self, repository: &str, digest: &str) -> Result<Option<Content>, Refusal> {
        let found = self.store.blob(repository, digest)?;
        if found.is_none() && self.is_faulty(pull::blob_of_other_repository::SHARED) {
            for holder in self.store.holders(digest)? {
                if let Some(content) = self.store.blob(&holder, digest)? {
                    return Ok(Some(content));
                }
            }
        }
        Ok(found)
    }

    fn part(&self, content: Content, first: u64, length: u64) -> Body {
        let bytes = match content {
            Content::Memory(bytes) => bytes,
            Content::File(file, _) => return body::file(file, first, length),
        };
        let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let part = bytes.slice(position(first)..position(first.saturating_add(length)));
        match part.split_last() {
            Some((last, rest)) if part.len() == bytes.len() && self.is_faulty(pull::blob::CHANGED_BYTE) => {
                body::full([rest, &[last ^ 1]].concat())
            }
            _ => body::full(part),
        }
    }

    /// The algorithm of a digest that may name content: it keeps the grammar, and this version
    /// knows its algorithm.
    pub(super) fn algorithm_of(&self, digest: &str) -> Result<Algorithm, Refusal> {
        let parsed = Digest::parse(digest)
            .map_err(|error| Refusal::bad(Code::DigestInvalid, format!("not a digest: {error}")))?;
        let algorithm = self.algorithm(parsed.algorithm())?;
        match algorithm.check_encoded(parsed.encoded()) {
            Ok(()) => Ok(algorithm),
            Err(error) => Err(Refusal::bad(Code::DigestInvalid, format!("not a digest: {error}"))),
        }
    }

    /// The algorithm of this name, if the version knows it.
    pub(super) fn algorithm(&self, name: &str) -> Result<Algorithm, Refusal> {
        Algorithm::registered(name, self.settings.version.image())
            .ok_or_else(|| Refusal::bad(Code::DigestInvalid, "the algorithm is not supported"))
    }
}
