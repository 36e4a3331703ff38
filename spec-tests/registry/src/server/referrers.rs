//! The list of referrers.

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LINK};
use hyper::{Response, StatusCode};
use seaworthy_image::media_type;
use serde_json::{Value, json};

use super::body::{self, Body};
use super::document::Summary;
use super::error::Refusal;
use super::route::encode;
use super::{Asked, Registry, answer, set};
use crate::discovery;

const FILTERS: HeaderName = HeaderName::from_static("oci-filters-applied");

impl Registry {
    /// GET of the manifests that have a subject, in pages, ordered by digest.
    pub(super) fn list_referrers(&self, asked: &Asked<'_>, subject: &str) -> Result<Response<Body>, Refusal> {
        self.algorithm_of(subject)?;
        let filter = asked.query.first("artifactType").filter(|filter| !filter.is_empty());
        let last = asked.query.first("last").unwrap_or_default();
        let mut page = Vec::new();
        let mut next = None;
        let lost = usize::from(filter.is_none() && self.is_faulty(discovery::referrers_list::LOST));
        for digest in self.store.referrers(asked.repository, subject)?.into_iter().skip(lost) {
            if digest.as_str() <= last {
                continue;
            }
            let Some(descriptor) = self.referrer(asked.repository, &digest)? else { continue };
            let is_wanted = filter.is_none_or(|filter| descriptor["artifactType"] == filter);
            if !is_wanted && !self.is_faulty(discovery::referrers_filter::IGNORED) {
                continue;
            }
            if page.len() == self.settings.page {
                next =
                    page.last().map(|entry: &Value| entry["digest"].as_str().unwrap_or_default().to_owned());
                break;
            }
            page.push(descriptor);
        }
        let index = json!({ "schemaVersion": 2, "mediaType": media_type::INDEX, "manifests": page });
        let mut response = answer(StatusCode::OK, body::full(index.to_string()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type::INDEX));
        if filter.is_some() {
            set(&mut response, FILTERS, "artifactType");
        }
        if let Some(last) = next {
            let filter = filter.map(|filter| format!("&artifactType={}", encode(filter))).unwrap_or_default();
            let path = format!("/v2/{}/referrers/{subject}?last={last}{filter}", asked.repository);
            set(&mut response, LINK, &format!("<{path}>; rel=\"next\""));
        }
        Ok(response)
    }

    /// The descriptor under which a referrer is listed.
    fn referrer(&self, repository: &str, digest: &str) -> Result<Option<Value>, Refusal> {
        let Some(manifest) = self.store.manifest(repository, digest)? else { return Ok(None) };
        let limit = self.settings.manifest_limit;
        let Ok(summary) = Summary::read(&manifest.bytes, Some(&manifest.media_type), limit) else {
            return Ok(None);
        };
        let mut descriptor = json!({
            "mediaType": manifest.media_type,
            "digest": digest,
            "size": manifest.bytes.len(),
        });
        if let Some(artifact_type) = summary.artifact_type.or(summary.config_type) {
            descriptor["artifactType"] = artifact_type.into();
        }
        if !summary.annotations.is_empty() {
            descriptor["annotations"] = json!(summary.annotations);
        }
        Ok(Some(descriptor))
    }
}
