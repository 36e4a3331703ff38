//! The list of tags.

use hyper::header::{CONTENT_TYPE, HeaderValue, LINK};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::route::encode;
use super::{Asked, Registry, answer, set};
use crate::{common, discovery};

impl Registry {
    /// GET of the tags of a repository, in lexical order without regard to case, as every version
    /// allows; tags that differ only in case are ordered by their bytes.
    pub(super) fn list_tags(&self, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
        let is_empty = self.is_faulty(discovery::tags_unknown_repository::EMPTY);
        if !is_empty && !self.store.has_repository(asked.repository)? {
            return Err(Refusal::unknown(Code::NameUnknown, "there is no such repository"));
        }
        let limit = asked.query.first("n").map(|n| self.limit(n)).transpose()?;
        let limit = limit.filter(|limit| match limit {
            0 => !self.is_faulty(discovery::tags_page_zero::ALL),
            _ => !self.is_faulty(discovery::tags_page::ALL),
        });
        let mut tags = self.store.tags(asked.repository)?;
        tags.sort_by_cached_key(|tag| order(tag));
        let has_upper = tags.iter().any(|tag| tag.contains(|c: char| c.is_ascii_uppercase()));
        if has_upper && self.is_faulty(discovery::tags_order::REVERSED) {
            tags.reverse();
        }
        if self.is_faulty(discovery::tags_current::STALE) {
            tags.retain(|tag| tag != "late");
        }
        let is_alone = asked.query.first("n").is_none();
        if let Some(last) = asked.query.first("last")
            && !(is_alone && self.is_faulty(discovery::tags_last_alone::IGNORED))
        {
            let is_inclusive = !is_alone && self.is_faulty(discovery::tags_last::INCLUSIVE);
            tags.retain(|tag| order(tag) > order(last) || is_inclusive && tag == last);
        }
        let more = limit.and_then(|limit| tags.get(limit).cloned());
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
        if let (Some(limit), Some(last), Some(more)) = (limit, tags.last(), more) {
            let last = encode(if self.is_faulty(discovery::tags_pages_whole::SKIPS) { &more } else { last });
            let relation = match self.is_faulty(discovery::tags_link::NO_RELATION) {
                true => "",
                false => "; rel=\"next\"",
            };
            let next = format!("</v2/{}/tags/list?n={limit}&last={last}>{relation}", asked.repository);
            set(&mut response, LINK, &next);
        }
        Ok(response)
    }

    /// The number of tags that is asked for; more than there can be is as good as all.
    fn limit(&self, n: &str) -> Result<usize, Refusal> {
        if n.is_empty() || !n.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::bad(Code::Unsupported, "n has to be a number that is not negative"));
        }
        match n.parse() {
            Err(_) if self.is_faulty(common::no_server_errors::OVERFLOW) => {
                Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Unsupported, "n is too large"))
            }
            parsed => Ok(parsed.unwrap_or(usize::MAX)),
        }
    }
}

fn order(tag: &str) -> (String, String) {
    (tag.to_ascii_lowercase(), tag.to_owned())
}
