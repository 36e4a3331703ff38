//! The list of tags.

use hyper::header::{CONTENT_TYPE, HeaderValue, LINK};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::route::encode;
use super::{Asked, Registry, answer, set};
use crate::discovery;

impl Registry {
    /// GET of the tags of a repository, in lexical order without regard to case, as every version
    /// allows; tags that differ only in case are ordered by their bytes.
    pub(super) fn list_tags(&self, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
        if !self.store.has_repository(asked.repository)? {
            return Err(Refusal::unknown(Code::NameUnknown, "there is no such repository"));
        }
        let limit =
            match asked.query.first("n") {
                None => None,
                Some(n) => Some(n.parse::<usize>().map_err(|_| {
                    Refusal::bad(Code::Unsupported, "n has to be a number that is not negative")
                })?),
            };
        let mut tags = self.store.tags(asked.repository)?;
        tags.sort_by_cached_key(|tag| order(tag));
        if self.is_faulty(discovery::tags_order::REVERSED) {
            tags.reverse();
        }
        if let Some(last) = asked.query.first("last") {
            tags.retain(|tag| order(tag) > order(last));
        }
        let rest = limit.map_or(0, |limit| tags.len().saturating_sub(limit));
        tags.truncate(limit.unwrap_or(usize::MAX));
        let body = match self.is_faulty(discovery::tags_body::NO_NAME) {
            true => json!({ "tags": tags }),
            false => json!({ "name": asked.repository, "tags": tags }),
        };
        let status = match self.is_faulty(discovery::tags_list::NO_CONTENT) {
            true => StatusCode::NO_CONTENT,
            false => StatusCode::OK,
        };
        let mut response = answer(status, body::full(body.to_string()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let (Some(limit), Some(last), 1..) = (limit, tags.last(), rest) {
            let last = encode(last);
            let next = format!("</v2/{}/tags/list?n={limit}&last={last}>; rel=\"next\"", asked.repository);
            set(&mut response, LINK, &next);
        }
        Ok(response)
    }
}

fn order(tag: &str) -> (String, String) {
    (tag.to_ascii_lowercase(), tag.to_owned())
}
