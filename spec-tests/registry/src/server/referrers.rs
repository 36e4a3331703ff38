//! The list of referrers.

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LINK};
use hyper::{Response, StatusCode};
use seaworthy_image::media_type;
use serde_json::{Value, json};

use super::body::{self, Body};
use super::document::Summary;
use super::error::{Code, Refusal};
use super::route::encode;
use super::{Asked, Registry, answer, set};
use crate::discovery;

const FILTERS: HeaderName = HeaderName::from_static("oci-filters-applied");

impl Registry {
    /// GET of the manifests that have a subject, in pages, ordered by digest.
    pub(super) fn list_referrers(&self, asked: &Asked<'_>, subject: &str) -> Result<Response<Body>, Refusal> {
        self.algorithm_of(subject).map_err(|mut refusal| {
            if self.is_faulty(discovery::referrers_bad_digest::NOT_FOUND) {
                refusal.status = StatusCode::NOT_FOUND;
            }
            refusal
        })?;
        let own = self.store.manifest(asked.repository, subject)?;
        if own.is_none() && self.is_faulty(discovery::referrers_never_404::NOT_FOUND) {
            return Err(Refusal::unknown(Code::ManifestUnknown, "there is no such subject"));
        }
        let is_empty = asked.query.first("artifactType") == Some("");
        if is_empty && self.is_faulty(discovery::referrers_odd_filters::REFUSED) {
            return Err(Refusal::bad(Code::Unsupported, "an empty filter"));
        }
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
        if self.is_faulty(discovery::referrers_subject::ITSELF) && filter.is_none() {
            page.extend(self.referrer(asked.repository, subject)?);
        }
        if self.is_faulty(discovery::referrers_artifact_type::MISSING) {
            let typed = page.iter_mut().filter(|entry| entry["artifactType"] != media_type::CONFIG);
            typed.filter_map(Value::as_object_mut).for_each(|entry| {
                entry.remove("artifactType");
            });
        }
        let page = match page.is_empty() && self.is_faulty(discovery::referrers_index::NULL) {
            true => Value::Null,
            false => Value::Array(page),
        };
        let media_type = match self.is_faulty(discovery::referrers_content_type::JSON) {
            true => "application/json",
            false => media_type::INDEX,
        };
        let index = json!({ "schemaVersion": 2, "mediaType": media_type::INDEX, "manifests": page });
        let mut response = answer(StatusCode::OK, body::full(index.to_string()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if filter.is_some() && !self.is_faulty(discovery::referrers_filter_declared::SILENT) {
            set(&mut response, FILTERS, "artifactType");
        }
        if let Some(last) = next.filter(|_| !self.is_faulty(discovery::referrers_pages::NO_LINK)) {
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
        let is_index = manifest.media_type == media_type::INDEX;
        let of_config =
            summary.config_type.filter(|_| !self.is_faulty(discovery::referrers_config_type::MISSING));
        if let Some(artifact_type) = summary.artifact_type.or(of_config) {
            descriptor["artifactType"] = artifact_type.into();
        } else if is_index && self.is_faulty(discovery::referrers_index_type::INVENTED) {
            descriptor["artifactType"] = media_type::INDEX.into();
        }
        if !summary.annotations.is_empty() && !self.is_faulty(discovery::referrers_annotations::LOST) {
            descriptor["annotations"] = json!(summary.annotations);
        }
        Ok(Some(descriptor))
    }
}
