//! A request, well-formed or not.

use std::time::Duration;

use bytes::Bytes;
use seaworthy_image::media_type;

/// A request that is to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// A path with its query, at the registry; or a whole URL.
    pub target: String,
    /// The headers, besides `Host` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// What no well-behaved client would do.
    pub(super) quirks: Quirks,
}

/// Ways to misbehave.
#[derive(Debug, Clone, Default)]
pub(super) struct Quirks {
    /// A `Content-Length` of its own.
    pub content_length: Option<String>,
    /// How many bytes of the body are sent before the connection is closed.
    pub cut: Option<usize>,
    /// The body is sent in chunks of this many bytes, with this pause after each.
    pub chunked: Option<(usize, Duration)>,
    /// Anything else that has to be sent exactly as it is.
    pub exactly: bool,
    /// Nobody logs in.
    pub anonymous: bool,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, target: impl Into<String>) -> Request {
        Request {
            method: method.to_owned(),
            target: target.into(),
            headers: Vec::new(),
            body: Bytes::new(),
            quirks: Quirks::default(),
        }
    }

    /// The same with one more header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with a body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Request {
        self.body = body.into();
        self
    }

    /// The same, asking for any kind of manifest.
    pub fn accepting_manifests(self) -> Request {
        const DOCKER: &str = "application/vnd.docker.distribution.manifest";
        let accepted = format!(
            "{}, {}, {DOCKER}.v2+json, {DOCKER}.list.v2+json, */*;q=0.1",
            media_type::MANIFEST,
            media_type::INDEX
        );
        self.header("Accept", accepted)
    }

    /// The same with a `Content-Length` that need not be true.
    pub fn content_length(mut self, value: impl Into<String>) -> Request {
        self.quirks.content_length = Some(value.into());
        self
    }

    /// The same, but the connection is closed after some bytes of the body.
    pub fn cut_after(mut self, bytes: usize) -> Request {
        self.quirks.cut = Some(bytes);
        self
    }

    /// The same with the body in chunks (RFC 9112, section 7.1), and a pause after each.
    pub fn chunked(mut self, size: usize, pause: Duration) -> Request {
        self.quirks.chunked = Some((size.max(1), pause));
        self
    }

    /// The same, sent exactly as it stands: nothing is normalised, added, or refused.
    pub fn exactly(mut self) -> Request {
        self.quirks.exactly = true;
        self
    }

    /// The same without logging in, even if the registry asks for it.
    pub fn anonymous(mut self) -> Request {
        self.quirks.anonymous = true;
        self
    }

    /// Whether the client logs in for it, where the registry asks for that.
    pub(crate) fn logs_in(&self) -> bool {
        let is_named = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        !self.quirks.anonymous && !is_named
    }

    /// Whether a well-behaved client could send it.
    pub(super) fn is_ordinary(&self) -> bool {
        let Quirks { content_length, cut, chunked, exactly, anonymous: _ } = &self.quirks;
        content_length.is_none() && cut.is_none() && chunked.is_none() && !exactly
    }
}
