//! Manifests: reading, pushing and deleting them.

use std::fmt::Display;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use seaworthy_image::digest::{Algorithm, digest_of};

use super::body::{self, Body};
use super::document::Summary;
use super::error::{Code, Refusal};
use super::store::Manifest;
use super::{Asked, DIGEST, Registry, answer, set};
use crate::spec::SpecVersion;
use crate::{Fault, discovery, management, name, pull, push};

const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
const NAMESPACE: HeaderName = HeaderName::from_static("oci-namespace");
const TAG: HeaderName = HeaderName::from_static("oci-tag");

/// What names a manifest.
enum Reference<'r> {
    Tag(&'r str),
    Digest(&'r str, Algorithm),
}

impl Registry {
    /// GET and HEAD of a manifest.
    pub(super) fn read_manifest(
        &self,
        asked: &Asked<'_>,
        reference: &str,
    ) -> Result<Response<Body>, Refusal> {
        if reference.contains(':') {
            self.readable_digest(reference)?;
        }
        let digest = match self.reference(reference)? {
            Reference::Tag(tag) => self.store.tag(asked.repository, tag)?,
            Reference::Digest(digest, _) => Some(digest.to_owned()),
        };
        let found = match digest {
            Some(digest) => {
                self.store.manifest(asked.repository, &digest)?.map(|manifest| (digest, manifest))
            }
            None => None,
        };
        let hides = asked.is_head() && self.is_faulty(pull::manifest_head::ABSENT);
        let Some((digest, manifest)) = found.filter(|_| !hides) else {
            return self.absent(asked, pull::manifest_unknown::NO_CONTENT, unknown_manifest());
        };
        let mut response = answer(StatusCode::OK, body::empty());
        let size = manifest.bytes.len();
        let told = size + usize::from(asked.is_head() && self.is_faulty(pull::head_length::WRONG));
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(told));
        set(&mut response, CONTENT_TYPE, &self.content_type(&manifest));
        if let Some(told) = self.told_digest(asked, &digest) {
            set(&mut response, DIGEST, &told);
        }
        if asked.query.first("ns").is_some() && self.is_faulty(pull::namespace_parameter::ANOTHER) {
            set(&mut response, NAMESPACE, "another.example");
        }
        if !asked.is_head() {
            *response.body_mut() = body::full(self.content_of(asked, reference, manifest));
        }
        Ok(response)
    }

    fn content_type(&self, manifest: &Manifest) -> String {
        match &manifest.media_type {
            _ if self.is_faulty(pull::manifest_content_type::JSON) => "application/json".to_owned(),
            media_type if self.is_faulty(pull::manifest_content_type_parameters::CHARSET) => {
                format!("{media_type}; charset=utf-8")
            }
            media_type => media_type.clone(),
        }
    }

    fn told_digest(&self, asked: &Asked<'_>, digest: &str) -> Option<String> {
        match asked.is_head() {
            true if self.is_faulty(pull::head_digest::MISSING) => None,
            false if self.is_faulty(pull::manifest_digest_header::MISSING) => None,
            false if self.is_faulty(pull::manifest_digest_header::WRONG) => {
                Some(digest_of(Algorithm::Sha256, b"something else"))
            }
            _ => Some(digest.to_owned()),
        }
    }

    /// The bytes that are served, which are those that were pushed.
    fn content_of(&self, asked: &Asked<'_>, reference: &str, manifest: Manifest) -> Bytes {
        let is_changed = match reference.contains(':') {
            true => self.is_faulty(pull::manifest_by_digest::CHANGED_BYTE),
            false => self.is_faulty(pull::manifest_by_tag::CHANGED_BYTE),
        };
        let is_unwanted = asked.header(ACCEPT).is_some_and(|accept| accept == "text/html");
        let is_converted = is_unwanted && self.is_faulty(pull::manifest_accept::CONVERTED);
        match manifest.bytes.split_last() {
            Some((last, rest)) if is_changed || is_converted => [rest, &[last ^ 1]].concat().into(),
            _ => manifest.bytes,
        }
    }

    /// PUT of a manifest.
    pub(super) async fn push_manifest<B>(
        &self,
        asked: &Asked<'_>,
        reference: &str,
        body: B,
    ) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let reference = self.reference(reference)?;
        let bytes = self.manifest_bytes(body).await?;
        let digest = match reference {
            Reference::Tag(_) => digest_of(Algorithm::Sha256, &bytes),
            Reference::Digest(digest, algorithm) => {
                let found = digest_of(algorithm, &bytes);
                if found != digest {
                    let message = format!("the manifest has the digest {found}");
                    return Err(Refusal::bad(Code::DigestInvalid, message));
                }
                found
            }
        };
        let invalid = |message: String| Refusal::bad(Code::ManifestInvalid, message);
        let named = asked.header(CONTENT_TYPE).map(without_parameters);
        let summary =
            Summary::read(&bytes, named.as_deref(), self.settings.manifest_limit).map_err(invalid)?;
        self.expect_content(asked.repository, &summary)?;
        let tags = self.tags_of(asked, &reference)?;
        let manifest = Manifest { media_type: summary.media_type, bytes };
        self.store.add_manifest(asked.repository, &digest, manifest, summary.subject.as_deref())?;
        for tag in &tags {
            self.store.set_tag(asked.repository, tag, &digest)?;
        }
        let status = match self.is_faulty(push::manifest::OK) {
            true => StatusCode::OK,
            false => StatusCode::CREATED,
        };
        let mut response = answer(status, body::empty());
        set(&mut response, LOCATION, &format!("/v2/{}/manifests/{digest}", asked.repository));
        set(&mut response, DIGEST, &digest);
        if let Some(subject) = summary.subject.filter(|_| self.lists_referrers()) {
            set(&mut response, SUBJECT, &subject);
        }
        if matches!(reference, Reference::Digest(..)) && !tags.is_empty() {
            set(&mut response, TAG, &tags.join(", "));
        }
        Ok(response)
    }

    /// DELETE of a manifest or a tag.
    pub(super) fn delete_manifest(
        &self,
        asked: &Asked<'_>,
        reference: &str,
    ) -> Result<Response<Body>, Refusal> {
        let (is_done, status) = match self.reference(reference)? {
            Reference::Tag(tag) => {
                self.expect_deletes(self.settings.delete_tags, management::tag_delete_disabled::FORBIDDEN)?;
                let is_ok = self.is_faulty(management::tag_delete::OK);
                (self.remove_tag(asked.repository, tag)?, is_ok)
            }
            Reference::Digest(digest, _) => {
                let fault = management::manifest_delete_disabled::FORBIDDEN;
                self.expect_deletes(self.settings.delete_manifests, fault)?;
                let is_ok = self.is_faulty(management::manifest_delete::OK);
                (self.remove_manifest(asked.repository, digest)?, is_ok)
            }
        };
        match (is_done, status) {
            (false, _) => Err(unknown_manifest()),
            (true, true) => Ok(answer(StatusCode::OK, body::empty())),
            (true, false) => Ok(answer(StatusCode::ACCEPTED, body::empty())),
        }
    }

    fn remove_tag(&self, repository: &str, tag: &str) -> Result<bool, Refusal> {
        let Some(digest) = self.store.tag(repository, tag)? else {
            return Ok(self.is_faulty(management::tag_delete_unknown::ACCEPTED));
        };
        if self.is_faulty(management::tag_delete_keeps::MANIFEST) {
            self.store.remove_manifest(repository, &digest)?;
        }
        if !self.is_faulty(management::tag_gone::KEPT) {
            self.store.remove_tag(repository, tag)?;
        }
        Ok(true)
    }

    fn remove_manifest(&self, repository: &str, digest: &str) -> Result<bool, Refusal> {
        if !self.store.has_repository(repository)? {
            return Ok(self.is_faulty(management::manifest_delete_unknown_repository::ACCEPTED));
        }
        let found = self.store.manifest(repository, digest)?;
        let refers = found.as_ref().is_some_and(|found| contains(&found.bytes, b"\"subject\""));
        let kept = if refers { discovery::referrers_deleted::KEPT } else { management::manifest_gone::KEPT };
        match self.is_faulty(kept) {
            true => Ok(found.is_some()),
            false => Ok(self.store.remove_manifest(repository, digest)?),
        }
    }

    /// Refuses where this kind of content is not deleted.
    pub(super) fn expect_deletes(&self, is_allowed: bool, forbidden: Fault) -> Result<(), Refusal> {
        match is_allowed {
            true => Ok(()),
            false if self.is_faulty(forbidden) => {
                Err(Refusal::new(StatusCode::FORBIDDEN, Code::Denied, "nothing is deleted here"))
            }
            false => Err(Refusal::method("GET, HEAD, PUT")),
        }
    }

    /// Whether the referrers API is there.
    pub(super) fn lists_referrers(&self) -> bool {
        self.settings.referrers && self.settings.version >= SpecVersion::V1_1_1
    }

    fn reference<'r>(&self, text: &'r str) -> Result<Reference<'r>, Refusal> {
        if text.contains(':') {
            return Ok(Reference::Digest(text, self.algorithm_of(text)?));
        }
        match name::is_tag(text) {
            true => Ok(Reference::Tag(text)),
            false => Err(Refusal::unknown(Code::ManifestUnknown, "neither a tag nor a digest")),
        }
    }

    async fn manifest_bytes<B>(&self, body: B) -> Result<Bytes, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let limit = self.settings.manifest_limit;
        let body = body.map_err(|error| error.to_string());
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                let message = format!("manifests of more than {limit} bytes are not taken");
                Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::SizeInvalid, message))
            }
            Err(error) => Err(Refusal::bad(Code::SizeInvalid, format!("the body ended: {error}"))),
        }
    }

    /// A manifest may name only what its repository holds; the subject may follow later.
    fn expect_content(&self, repository: &str, summary: &Summary) -> Result<(), Refusal> {
        let code = match self.settings.version {
            SpecVersion::V1_0_1 => Code::BlobUnknown,
            _ => Code::ManifestBlobUnknown,
        };
        for digest in &summary.blobs {
            if self.store.blob(repository, digest)?.is_none() {
                return Err(Refusal::bad(code, format!("this repository does not hold the blob {digest}")));
            }
        }
        for digest in &summary.manifests {
            if self.store.manifest(repository, digest)?.is_none() {
                return Err(Refusal::bad(
                    code,
                    format!("this repository does not hold the manifest {digest}"),
                ));
            }
        }
        Ok(())
    }

    /// The tags that a push sets: the one in the path or, in the dev version, those in the query.
    fn tags_of(&self, asked: &Asked<'_>, reference: &Reference<'_>) -> Result<Vec<String>, Refusal> {
        let mut tags = match reference {
            Reference::Tag(tag) => return Ok(vec![(*tag).to_owned()]),
            Reference::Digest(..) if self.settings.version < SpecVersion::Dev => return Ok(Vec::new()),
            Reference::Digest(..) => asked.query.all("tag").map(str::to_owned).collect::<Vec<_>>(),
        };
        if let Some(tag) = tags.iter().find(|tag| !name::is_tag(tag)) {
            return Err(Refusal::bad(Code::ManifestInvalid, format!("{tag:?} is no tag")));
        }
        tags.dedup();
        Ok(tags)
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn unknown_manifest() -> Refusal {
    Refusal::unknown(Code::ManifestUnknown, "this repository holds no such manifest")
}

/// The media type of a `Content-Type` header.
fn without_parameters(header: &str) -> String {
    header.split(';').next().unwrap_or_default().trim().to_owned()
}
