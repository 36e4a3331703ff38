//! Manifests: reading, pushing and deleting them.

use std::fmt::Display;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use seaworthy_image::digest::{Algorithm, digest_of};

use super::body::{self, Body};
use super::document::Summary;
use super::error::{Code, Refusal};
use super::store::Manifest;
use super::{Asked, DIGEST, Registry, answer, set};
use crate::spec::SpecVersion;
use crate::{management, name, pull, push};

const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
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
        let unknown = || Refusal::unknown(Code::ManifestUnknown, "this repository holds no such manifest");
        let digest = match self.reference(reference)? {
            Reference::Tag(tag) => self.store.tag(asked.repository, tag)?.ok_or_else(unknown)?,
            Reference::Digest(digest, _) => digest.to_owned(),
        };
        let manifest = self.store.manifest(asked.repository, &digest)?.ok_or_else(unknown)?;
        let mut response = answer(StatusCode::OK, body::empty());
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(manifest.bytes.len()));
        set(&mut response, CONTENT_TYPE, &manifest.media_type);
        set(&mut response, DIGEST, &digest);
        if !asked.is_head() {
            let mut bytes = manifest.bytes;
            if reference != digest && self.is_faulty(pull::manifest_by_tag::CHANGED_BYTE) {
                bytes = bytes.iter().map(|byte| if *byte == b':' { b';' } else { *byte }).collect();
            }
            *response.body_mut() = body::full(bytes);
        }
        Ok(response)
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
        let unknown = || Refusal::unknown(Code::ManifestUnknown, "this repository holds no such manifest");
        let reference = self.reference(reference)?;
        let is_allowed = match reference {
            Reference::Tag(_) => self.settings.delete_tags,
            Reference::Digest(..) => self.settings.delete_manifests,
        };
        if !is_allowed {
            return Err(Refusal::method("GET, HEAD, PUT"));
        }
        let (was_there, faulty_status) = match reference {
            Reference::Tag(tag) if self.is_faulty(management::tag_gone::KEPT) => {
                (self.store.tag(asked.repository, tag)?.is_some(), None)
            }
            Reference::Tag(tag) => {
                let fault = self.is_faulty(management::tag_delete::OK).then_some(StatusCode::OK);
                (self.store.remove_tag(asked.repository, tag)?, fault)
            }
            Reference::Digest(digest, _) => (self.store.remove_manifest(asked.repository, digest)?, None),
        };
        match was_there {
            true => Ok(answer(faulty_status.unwrap_or(StatusCode::ACCEPTED), body::empty())),
            false => Err(unknown()),
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

/// The media type of a `Content-Type` header.
fn without_parameters(header: &str) -> String {
    header.split(';').next().unwrap_or_default().trim().to_owned()
}
