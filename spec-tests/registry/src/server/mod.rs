//! The reference registry: every endpoint of the distribution specification.
//!
//! [`Registry::handle`] answers one request, without a socket; [`serve`](serve::serve) puts it on a
//! listener. With a [`Fault`] switched on it breaks one requirement, and only that.

pub mod access;
mod blobs;
mod body;
mod disk;
mod document;
mod error;
mod manifests;
mod memory;
mod range;
mod referrers;
mod route;
mod secrets;
pub mod serve;
mod sessions;
pub mod store;
mod tags;
mod uploads;

use std::fmt::Display;

use access::{Access, Tokens, Visitor};
pub use body::Body;
use bytes::Bytes;
pub use disk::Disk;
pub use error::Code;
use error::Refusal;
use http_body_util::BodyExt;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
pub use memory::Memory;
use route::{Endpoint, Query};
use sessions::Uploads;
use store::Store;

use crate::rule::{Fault, Faults};
use crate::spec::SpecVersion;
use crate::{common, discovery};

const DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// What a registry offers, and how much it takes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The version of the specification that it follows.
    pub version: SpecVersion,
    /// In which ways it misbehaves.
    pub faults: Faults,
    /// Who may do what; everybody everything if nothing is said.
    pub access: Option<Access>,
    /// Whether tags can be deleted.
    pub delete_tags: bool,
    /// Whether manifests can be deleted.
    pub delete_manifests: bool,
    /// Whether blobs can be deleted.
    pub delete_blobs: bool,
    /// Whether referrers can be listed; not before 1.1.1.
    pub referrers: bool,
    /// The largest manifest that it takes, in bytes. The specification advises at least four megabytes.
    pub manifest_limit: usize,
    /// The largest blob that it takes, in bytes.
    pub blob_limit: u64,
    /// The most upload sessions at a time; the one that was used least recently gives way.
    pub session_limit: usize,
    /// The most referrers in one page.
    pub page: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            version: SpecVersion::default(),
            faults: Faults::default(),
            access: None,
            delete_tags: true,
            delete_manifests: true,
            delete_blobs: true,
            referrers: true,
            manifest_limit: 4 << 20,
            blob_limit: 16 << 30,
            session_limit: 1000,
            page: 50,
        }
    }
}

/// A registry: its settings, its content, the uploads that are under way, and the tokens that are valid.
pub struct Registry {
    settings: Settings,
    store: Box<dyn Store>,
    uploads: Uploads,
    tokens: Tokens,
}

/// A request with its path and its parameters taken apart.
struct Asked<'r> {
    method: &'r Method,
    headers: &'r HeaderMap,
    repository: &'r str,
    query: &'r Query,
    visitor: Visitor,
}

impl Asked<'_> {
    /// A header as text; one that is no visible ASCII counts as absent.
    fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }
}

impl Registry {
    /// An empty registry in memory.
    pub fn new(settings: Settings) -> Registry {
        Registry::with_store(settings, Box::new(Memory::default()))
    }

    /// A registry of what is in a store.
    pub fn with_store(settings: Settings, store: Box<dyn Store>) -> Registry {
        Registry { settings, store, uploads: Uploads::default(), tokens: Tokens::default() }
    }

    /// Answers one request.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let (head, mut body) = request.into_parts();
        let result = self.respond(&head, &mut body).await;
        let mut response = result.unwrap_or_else(|refusal| refusal.answer(&self.settings.faults));
        self.finish(&mut response);
        drain(body).await;
        response
    }

    async fn respond<B>(&self, head: &Parts, body: B) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let query = Query::parse(head.uri.query().unwrap_or_default());
        if let Some(result) = self.hand_out_token(head, &query) {
            return result;
        }
        let (repository, endpoint) = match route::route(head.uri.path(), &self.settings) {
            Err(_) if self.tells_extensions(head.uri.path()) => {
                return Ok(answer(StatusCode::OK, body::full("[]")));
            }
            routed => routed?,
        };
        let visitor = self.admit(head, &repository, &endpoint)?;
        let (method, headers) = (&head.method, &head.headers);
        let asked = Asked { method, headers, repository: &repository, query: &query, visitor };
        self.dispatch(&asked, &endpoint, body).await
    }

    async fn dispatch<B>(
        &self,
        asked: &Asked<'_>,
        endpoint: &Endpoint,
        body: B,
    ) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let method = asked.method.as_str();
        match (endpoint, method) {
            (Endpoint::Base, "GET" | "HEAD") => self.base(asked),
            (Endpoint::Base, _) => Err(Refusal::method("GET, HEAD")),
            (Endpoint::Blob(digest), "GET" | "HEAD") => self.read_blob(asked, digest),
            (Endpoint::Blob(digest), "DELETE") => self.delete_blob(asked, digest),
            (Endpoint::Blob(_), _) => Err(Refusal::method("GET, HEAD, DELETE")),
            (Endpoint::Uploads, "POST") => self.open_upload(asked, body).await,
            (Endpoint::Uploads, _) => Err(Refusal::method("POST")),
            (Endpoint::Upload(session), "PATCH") => self.continue_upload(asked, session, body).await,
            (Endpoint::Upload(session), "PUT") => self.close_upload(asked, session, body).await,
            (Endpoint::Upload(session), "GET") => self.upload_status(asked, session).await,
            (Endpoint::Upload(session), "DELETE") => self.cancel_upload(asked, session).await,
            (Endpoint::Upload(_), _) => Err(Refusal::method("GET, PATCH, PUT, DELETE")),
            (Endpoint::Manifest(reference), "GET" | "HEAD") => self.read_manifest(asked, reference),
            (Endpoint::Manifest(reference), "PUT") => self.push_manifest(asked, reference, body).await,
            (Endpoint::Manifest(reference), "DELETE") => self.delete_manifest(asked, reference),
            (Endpoint::Manifest(_), _) => Err(Refusal::method("GET, HEAD, PUT, DELETE")),
            (Endpoint::Tags, "GET" | "HEAD") => self.list_tags(asked),
            (Endpoint::Tags, _) => Err(Refusal::method("GET, HEAD")),
            (Endpoint::Referrers(_), _) if !self.settings.referrers => {
                Err(Refusal::unknown(Code::Unsupported, "referrers are not listed here"))
            }
            (Endpoint::Referrers(digest), "GET" | "HEAD") => self.list_referrers(asked, digest),
            (Endpoint::Referrers(_), _) => Err(Refusal::method("GET, HEAD")),
        }
    }

    fn base(&self, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
        if !asked.query.is_empty() && self.is_faulty(common::retry_after::SILENT) {
            let (status, code) = (StatusCode::TOO_MANY_REQUESTS, Code::TooManyRequests);
            return Err(Refusal::new(status, code, "come back later"));
        }
        let mut response = answer(StatusCode::OK, body::full("{}"));
        response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        if self.is_faulty(common::base_endpoint::NO_CONTENT) {
            *response.status_mut() = StatusCode::NO_CONTENT;
        }
        Ok(response)
    }

    /// There are no extensions, unless a fault invents some.
    fn tells_extensions(&self, path: &str) -> bool {
        path == "/v2/_oci/ext/discover" && self.is_faulty(discovery::extensions::MALFORMED)
    }

    /// What every answer has.
    fn finish(&self, response: &mut Response<Body>) {
        let headers = response.headers_mut();
        headers.insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
        if self.is_faulty(common::warning_form::ANOTHER_CODE) {
            headers.append("warning", HeaderValue::from_static("199 - \"this registry is a test\""));
        }
        if self.is_faulty(common::warning_size::LONG)
            && let Ok(value) = HeaderValue::try_from(format!("299 - \"{}\"", "x".repeat(5000)))
        {
            headers.append("warning", value);
        }
    }

    fn is_faulty(&self, fault: Fault) -> bool {
        self.settings.faults.has(fault)
    }
}

/// Reads what is left of a body: a client that is still sending does not see why it was refused.
async fn drain<B: hyper::body::Body<Data = Bytes> + Unpin>(mut body: B) {
    // Whoever sends more than this has to do without the answer.
    const LIMIT: usize = 64 << 20;
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > LIMIT {
            break;
        }
    }
}

/// An answer without headers.
fn answer(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// Sets a header to a text of ours: names and digests that have passed their grammars.
fn set(response: &mut Response<Body>, name: impl hyper::header::IntoHeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
