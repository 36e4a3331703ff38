//! Blobs: reading and deleting them.

use hyper::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RANGE};
use hyper::{Response, StatusCode};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};

use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::range::{self, Wanted};
use super::store::Content;
use super::{Asked, DIGEST, Registry, answer, set};
use crate::{Fault, common, management, pull};

impl Registry {
    /// GET and HEAD of a blob.
    pub(super) fn read_blob(&self, asked: &Asked<'_>, digest: &str) -> Result<Response<Body>, Refusal> {
        self.readable_digest(digest)?;
        let content = self.find_blob(asked.repository, digest)?;
        let hides = asked.is_head() && self.is_faulty(pull::blob_head::ABSENT);
        let Some(content) = content.filter(|_| !hides) else {
            return self.absent(asked, pull::blob_unknown::NO_CONTENT, self.unknown_blob());
        };
        let size = content.size();
        let (status, first, length) = match self.wanted(asked, size) {
            Wanted::All => (StatusCode::OK, 0, size),
            Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
            Wanted::Nothing => return Err(self.unsatisfiable(size)),
        };
        let body = if asked.is_head() { body::empty() } else { self.part(content, first, length) };
        let mut response = answer(status, body);
        let headers = response.headers_mut();
        let told = length + u64::from(asked.is_head() && self.is_faulty(pull::head_length::WRONG));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(told));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {first}-{}/{size}", first + length - 1);
            set(&mut response, CONTENT_RANGE, &range);
        }
        let (missing, wrong) = match asked.is_head() {
            true => (self.is_faulty(pull::head_digest::MISSING), false),
            false => (
                self.is_faulty(pull::blob_digest_header::MISSING),
                self.is_faulty(pull::blob_digest_value::WRONG),
            ),
        };
        if !missing {
            let told =
                if wrong { digest_of(Algorithm::Sha256, b"something else") } else { digest.to_owned() };
            set(&mut response, DIGEST, &told);
        }
        Ok(response)
    }

    /// DELETE of a blob.
    pub(super) fn delete_blob(&self, asked: &Asked<'_>, digest: &str) -> Result<Response<Body>, Refusal> {
        self.algorithm_of(digest)?;
        self.expect_deletes(self.settings.delete_blobs, management::blob_delete_disabled::FORBIDDEN)?;
        let was_there = match self.is_faulty(management::blob_gone::KEPT) {
            true => self.store.blob(asked.repository, digest)?.is_some(),
            false => self.store.remove_blob(asked.repository, digest)?,
        };
        if self.is_faulty(management::blob_gone::EVERYWHERE) {
            for holder in self.store.holders(digest)? {
                self.store.remove_blob(&holder, digest)?;
            }
        }
        if !was_there && !self.is_faulty(management::blob_delete_unknown::ACCEPTED) {
            return Err(self.unknown_blob());
        }
        let status = match self.is_faulty(management::blob_delete::OK) {
            true => StatusCode::OK,
            false => StatusCode::ACCEPTED,
        };
        Ok(answer(status, body::empty()))
    }

    /// The part of a blob that a request asks for.
    fn wanted(&self, asked: &Asked<'_>, size: u64) -> Wanted {
        let header = asked.header(RANGE).filter(|_| !asked.is_head());
        let is_unknown = header.is_some_and(|header| !header.starts_with("bytes="));
        match range::wanted(header, size) {
            _ if self.is_faulty(pull::blob_range::IGNORED) => Wanted::All,
            Wanted::All if is_unknown && self.is_faulty(pull::blob_range_ignored::REFUSED) => Wanted::Nothing,
            Wanted::Nothing if self.is_faulty(pull::blob_range_unsatisfiable::WHOLE) => Wanted::All,
            wanted => wanted,
        }
    }

    fn unsatisfiable(&self, size: u64) -> Refusal {
        let (status, code) = (StatusCode::RANGE_NOT_SATISFIABLE, Code::SizeInvalid);
        let refusal = Refusal::new(status, code, "there is no such part of the blob");
        match HeaderValue::try_from(format!("bytes */{size}")) {
            Ok(value) if !self.is_faulty(pull::blob_range_unsatisfiable::NO_SIZE) => {
                refusal.with(CONTENT_RANGE, value)
            }
            _ => refusal,
        }
    }

    fn unknown_blob(&self) -> Refusal {
        let code = match self.is_faulty(common::error_code_fits::ANOTHER) {
            true => Code::BlobUploadUnknown,
            false => Code::BlobUnknown,
        };
        Refusal::unknown(code, "this repository holds no such blob")
    }

    /// What is answered for content that is not there: the refusal, but for the faults of this place.
    /// `silent` is the one of GET.
    pub(super) fn absent(
        &self,
        asked: &Asked<'_>,
        silent: Fault,
        refusal: Refusal,
    ) -> Result<Response<Body>, Refusal> {
        let exists = self.store.has_repository(asked.repository)?;
        let silent = if asked.is_head() { pull::head_unknown::NO_CONTENT } else { silent };
        match exists {
            true if self.is_faulty(silent) => Ok(answer(StatusCode::NO_CONTENT, body::empty())),
            false if self.is_faulty(pull::repository_unknown::BAD_REQUEST) => {
                Err(Refusal::bad(Code::NameUnknown, "there is no such repository"))
            }
            _ => Err(refusal),
        }
    }

    /// The algorithm of a digest that content is asked for by.
    pub(super) fn readable_digest(&self, digest: &str) -> Result<Algorithm, Refusal> {
        let algorithm = self.algorithm_of(digest);
        algorithm.map_err(|mut refusal| {
            if self.is_faulty(pull::digest_malformed::NO_CONTENT) {
                refusal.status = StatusCode::NO_CONTENT;
            }
            refusal
        })
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
