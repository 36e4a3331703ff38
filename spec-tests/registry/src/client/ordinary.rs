//! Requests that any client might send.

use reqwest::redirect::Policy;
use reqwest::{Method, Url};

use super::{ClientError, Connection, Reply, Request, tls};

/// Sets reqwest up to do what it is told and nothing more: redirects are ours to follow, and a body that is
/// decoded has no digest any more.
pub(super) fn client(connection: &Connection) -> Result<reqwest::Client, ClientError> {
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .http1_only()
        .retry(reqwest::retry::never())
        .user_agent(concat!("seaworthy/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connection.deadline)
        .tls_backend_preconfigured(tls::config(connection)?);
    let is_local =
        connection.base.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
    Ok(if is_local { client.no_proxy() } else { client }.build()?)
}

/// Why there is no answer.
pub(super) struct Lost {
    /// In words.
    pub reason: String,
    /// Whether the connection broke.
    pub is_broken: bool,
    /// Why there was no connection at all, in fewer words.
    pub no_connection: Option<String>,
}

impl From<reqwest::Error> for Lost {
    fn from(error: reqwest::Error) -> Lost {
        let is_broken = error.is_request() && !error.is_timeout() && !error.is_connect();
        let no_connection = error.is_connect().then(|| innermost(&error));
        Lost { reason: reason(error), is_broken, no_connection }
    }
}

/// Sends a request.
pub(super) async fn send(
    client: &reqwest::Client,
    request: &Request,
    url: &Url,
    limit: usize,
) -> Result<Reply, Lost> {
    let wrong = |reason: String| Lost { reason, is_broken: false, no_connection: None };
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    let mut builder = client.request(method, url.clone());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    if !request.body.is_empty() {
        builder = builder.body(request.body.clone());
    } else if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        builder = builder.header("Content-Length", "0");
    }
    let mut response = builder.send().await?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
        .collect();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > limit {
            return Err(wrong(format!("a body of more than {limit} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Reply { status: response.status().as_u16(), headers, body: body.into() })
}

/// The error with its causes, without the URL: that is told elsewhere, and may hold a password.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

/// What it comes down to.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
