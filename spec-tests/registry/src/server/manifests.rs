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
        let reference = self.pushed_reference(reference)?;
        let bytes = self.manifest_bytes(body).await?;
        let digest = self.pushed_digest(&reference, &bytes)?;
        let content_type = asked.header(CONTENT_TYPE).unwrap_or_default();
        if content_type.contains(';') && self.is_faulty(push::manifest_content_type_parameters::REFUSED) {
            return Err(Refusal::bad(Code::ManifestInvalid, "the Content-Type has parameters"));
        }
        let summary = self.summary(asked, &bytes, without_parameters(content_type), &reference)?;
        self.expect_content(asked.repository, &summary)?;
        let tags = self.tags_of(asked, &reference)?;
        let bytes = match self.is_faulty(push::manifest_bytes::COMPACTED) {
            true => Bytes::copy_from_slice(bytes.trim_ascii_end()),
            false => bytes,
        };
        let manifest = Manifest { media_type: summary.media_type, bytes };
        let mut moved = tags.clone();
        if self.is_faulty(push::tag_moves::FIXED) {
            let there = self.store.tags(asked.repository)?;
            moved.retain(|tag| !there.contains(tag));
        }
        self.store.add_manifest(asked.repository, &digest, manifest, summary.subject.as_deref(), &moved)?;
        let subject = summary.subject.filter(|_| self.lists_referrers());
        Ok(self.manifest_created(asked.repository, &reference, &digest, subject, &tags))
    }

    /// The answer to a manifest that was stored.
    fn manifest_created(
        &self,
        repository: &str,
        reference: &Reference<'_>,
        digest: &str,
        subject: Option<String>,
        tags: &[String],
    ) -> Response<Body> {
        let status = match self.is_faulty(push::manifest::OK) {
            true => StatusCode::OK,
            false => StatusCode::CREATED,
        };
        let mut response = answer(status, body::empty());
        let kind = match self.is_faulty(push::manifest_location::ELSEWHERE) {
            true => "blobs",
            false => "manifests",
        };
        set(&mut response, LOCATION, &format!("/v2/{repository}/{kind}/{digest}"));
        let told = match self.is_faulty(push::manifest_digest::WRONG) {
            true => digest_of(Algorithm::Sha256, b"something else"),
            false => digest.to_owned(),
        };
        set(&mut response, DIGEST, &told);
        if let Some(subject) = subject.filter(|_| !self.is_faulty(push::manifest_subject_header::MISSING)) {
            set(&mut response, SUBJECT, &subject);
        }
        let is_digest = matches!(reference, Reference::Digest(..));
        if is_digest && !tags.is_empty() && !self.is_faulty(push::manifest_tags::SILENT) {
            set(&mut response, TAG, &tags.join(", "));
        }
        response
    }

    /// What a manifest is pushed under.
    fn pushed_reference<'r>(&self, text: &'r str) -> Result<Reference<'r>, Refusal> {
        let is_tolerated = self.is_faulty(push::tag_length::LONGER) && text.len() == 129
            || self.is_faulty(push::tag_characters::LEADING_DOT) && text == ".x"
            || self.is_faulty(push::reference_grammar::COLON) && text.contains(':');
        match self.reference(text) {
            Err(_) if is_tolerated => Ok(Reference::Tag(text)),
            // A tag that is none is no tag of a manifest that cannot be found, but a mistake.
            Err(refusal) if !text.contains(':') => Err(Refusal::bad(Code::ManifestInvalid, refusal.message)),
            found => found,
        }
    }

    /// The digest of what is pushed, which is the one in the path, if there is one.
    fn pushed_digest(&self, reference: &Reference<'_>, bytes: &[u8]) -> Result<String, Refusal> {
        match *reference {
            Reference::Tag(_) => Ok(digest_of(Algorithm::Sha256, bytes)),
            Reference::Digest(digest, algorithm) => {
                let found = digest_of(algorithm, bytes);
                if found == digest || self.is_faulty(push::manifest_digest_mismatch::STORED) {
                    return Ok(digest.to_owned());
                }
                Err(Refusal::bad(Code::DigestInvalid, format!("the manifest has the digest {found}")))
            }
        }
    }

    /// Reads what is pushed, and refuses what is no manifest.
    fn summary(
        &self,
        asked: &Asked<'_>,
        bytes: &Bytes,
        media_type: Option<String>,
        reference: &Reference<'_>,
    ) -> Result<Summary, Refusal> {
        let invalid = |message: &str| Refusal::bad(Code::ManifestInvalid, message);
        let limit = self.settings.manifest_limit;
        let summary = match Summary::read(bytes, media_type.as_deref(), limit) {
            Ok(summary) => summary,
            Err(_) if self.is_faulty(push::manifest_malformed::STORED) && bytes.len() < 20 => {
                Summary::default()
            }
            Err(message) => {
                if let (Reference::Tag(tag), true) =
                    (reference, self.is_faulty(push::manifest_refused_without_trace::KEPT))
                {
                    let digest = digest_of(Algorithm::Sha256, bytes);
                    let (media_type, bytes) = (media_type.unwrap_or_default(), bytes.clone());
                    let manifest = Manifest { media_type, bytes };
                    self.store.add_manifest(
                        asked.repository,
                        &digest,
                        manifest,
                        None,
                        &[(*tag).to_owned()],
                    )?;
                }
                return Err(invalid(&message));
            }
        };
        if !summary.has_media_type && self.is_faulty(push::manifest_without_media_type::REFUSED) {
            return Err(invalid("no mediaType"));
        }
        let is_image = summary.config_type.is_some();
        if is_image && summary.layer_types.is_empty() && self.is_faulty(push::manifest_empty::REFUSED) {
            return Err(invalid("no layers"));
        }
        let is_unknown = |media_type: &String| media_type.starts_with("application/vnd.seaworthy.");
        if summary.layer_types.iter().any(is_unknown) && self.is_faulty(push::manifest_unknown_types::REFUSED)
        {
            return Err(invalid("a layer of an unknown type"));
        }
        let is_kept_back = |media_type: &String| media_type.contains(".nondistributable.");
        if summary.layer_types.iter().any(is_kept_back)
            && self.is_faulty(push::manifest_nondistributable::REFUSED)
        {
            return Err(invalid("a layer is not there"));
        }
        if let Some(subject) = &summary.subject
            && self.is_faulty(push::manifest_subject_unknown::REFUSED)
            && self.store.manifest(asked.repository, subject)?.is_none()
        {
            return Err(invalid("the subject is not there"));
        }
        Ok(summary)
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
        let limit = match self.is_faulty(push::manifest_size::SMALL) {
            true => 1 << 20,
            false => self.settings.manifest_limit,
        };
        let body = body.map_err(|error| error.to_string());
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                let message = format!("manifests of more than {limit} bytes are not taken");
                let status = match self.is_faulty(push::manifest_size_limit::BAD_REQUEST) {
                    true => StatusCode::BAD_REQUEST,
                    false => StatusCode::PAYLOAD_TOO_LARGE,
                };
                Err(Refusal::new(status, Code::SizeInvalid, message))
            }
            Err(error) => Err(Refusal::bad(Code::SizeInvalid, format!("the body ended: {error}"))),
        }
    }

    /// A manifest may name only what its repository holds; the subject may follow later.
    fn expect_content(&self, repository: &str, summary: &Summary) -> Result<(), Refusal> {
        let code = match self.settings.version {
            _ if self.is_faulty(push::manifest_blob_unknown::INVALID) => Code::ManifestInvalid,
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
        if self.is_faulty(push::manifest_ten_tags::NINE) {
            tags.truncate(9);
        }
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
fn without_parameters(header: &str) -> Option<String> {
    let media_type = header.split(';').next().unwrap_or_default().trim();
    (!media_type.is_empty()).then(|| media_type.to_owned())
}
