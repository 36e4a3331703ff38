//! A client that keeps what it sends and receives, and that may misbehave.
//!
//! Well-formed requests go through reqwest, which keeps connections and knows proxies. What no
//! well-behaved client would send goes over a socket of its own, byte by byte (`raw`). Either
//! way a request has a deadline and its answer a bound, so that a registry can neither hang nor
//! fill us.

mod auth;
mod ordinary;
mod raw;
mod request;
mod tls;
mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use auth::Credentials;
use auth::{Login, Wish};
use bytes::Bytes;
pub use request::Request;
use reqwest::Url;
use serde_json::Value;
pub use transport::Script;
use transport::Transport;

use crate::exchange::{Excerpt, Exchange, Received};

/// How a registry is reached.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The registry: scheme, host and port.
    pub base: Url,
    /// How long one request may take, its answer's body included.
    pub deadline: Duration,
    /// The largest body that is read, in bytes.
    pub body_limit: usize,
    /// Certificates to trust besides those of the system, in PEM.
    pub authorities: Vec<u8>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// Who logs in where the registry asks for it.
    pub credentials: Option<Credentials>,
}

impl Connection {
    /// The connection to a registry with the usual bounds: 30 seconds and 64 MiB.
    pub fn new(base: Url) -> Connection {
        Connection {
            base,
            deadline: Duration::from_secs(30),
            body_limit: 64 << 20,
            authorities: Vec::new(),
            insecure: false,
            credentials: None,
        }
    }
}

/// Sends requests to one registry.
pub struct Client {
    connection: Connection,
    transport: Transport,
    login: Login,
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The URL that answered.
    pub url: Url,
    /// The record of the exchange.
    pub exchange: Arc<Exchange>,
}

impl Answer {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Every header of this name.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Where a `Link` of the relation `next` leads (RFC 8288).
    pub fn next(&self) -> Option<Url> {
        self.headers_named("link").flat_map(|header| header.split(',')).find_map(|link| {
            let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
            let is_next = |parameter: &str| {
                let (name, value) = parameter.trim().split_once('=').unwrap_or_default();
                let relations = value.trim_matches('"').split(' ');
                name.eq_ignore_ascii_case("rel") && relations.into_iter().any(|relation| relation == "next")
            };
            let url = self.url.join(target).ok()?;
            parameters.split(';').any(is_next).then_some(url)
        })
    }

    /// The codes in its body, if that is an error of the specified form.
    pub fn error_codes(&self) -> Vec<String> {
        let body: Value = match self.status {
            400..500 => serde_json::from_slice(&self.body).unwrap_or_default(),
            _ => Value::Null,
        };
        let errors = body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["code"].as_str()).map(str::to_owned).collect()
    }

    /// The `Location` header, as it is seen from the URL that answered.
    pub fn location(&self) -> Option<Url> {
        self.header("location").and_then(|location| self.url.join(location).ok())
    }
}

/// Why a request has no answer.
#[derive(Debug, Clone)]
pub struct NoAnswer {
    /// What happened, in words.
    pub reason: String,
    /// The record of the exchange.
    pub exchange: Arc<Exchange>,
}

/// What a transport hands back.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// A client that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The certificates are no good.
    #[error("the certificates cannot be used: {0}")]
    Certificates(String),
    /// Something else that reqwest objects to.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(#[from] reqwest::Error),
}

/// How many redirects are followed.
const REDIRECTS: usize = 5;

impl Client {
    /// A client for a registry.
    ///
    /// # Errors
    ///
    /// The certificates cannot be used.
    pub fn new(connection: Connection) -> Result<Client, ClientError> {
        let transport = Transport::Network(ordinary::client(&connection)?);
        Ok(Client { connection, transport, login: Login::default() })
    }

    /// A client whose requests a script answers: nothing is connected to.
    pub fn scripted(connection: Connection, script: Box<Script>) -> Client {
        Client { connection, transport: Transport::Script(script), login: Login::default() }
    }

    /// Why no connection to the registry can be made, if none can: nobody listens, the name is unknown, its
    /// certificate is not trusted. Whatever goes wrong later is for requests to find out.
    pub async fn no_connection(&self) -> Option<String> {
        let Connection { base, body_limit, deadline, .. } = &self.connection;
        let url = base.join("/v2/").ok()?;
        let request = Request::new("GET", "/v2/");
        let sending = self.transport.no_connection(&request, &url, *body_limit);
        tokio::time::timeout(*deadline, sending).await.ok().flatten()
    }

    /// Sends a request and follows redirects, as the specification wants: the answer is what
    /// comes at their end.
    ///
    /// # Errors
    ///
    /// There is no answer, or no end of redirects.
    pub async fn send(&self, request: Request) -> Result<Answer, NoAnswer> {
        let mut request = request;
        for _ in 0..REDIRECTS {
            let answer = self.send_once(&request).await?;
            let is_redirect = match answer.status {
                301..=303 => matches!(request.method.as_str(), "GET" | "HEAD"),
                307 | 308 => true,
                _ => false,
            };
            let Some(next) = answer.location().filter(|_| is_redirect) else { return Ok(answer) };
            if next.origin() != answer.url.origin() {
                // Whoever leads us on from there, and perhaps back, does not say what we log in for.
                request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
                request = request.anonymous();
            }
            request.target = next.into();
        }
        let answer = self.send_once(&request).await?;
        let reason = format!("more than {REDIRECTS} redirects");
        Err(NoAnswer { reason, exchange: answer.exchange })
    }

    /// Sends a request and takes the answer as it comes; where the registry asks who we are, we say so.
    ///
    /// # Errors
    ///
    /// There is no answer.
    pub async fn send_once(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let url = match request.target.starts_with('/') {
            true => format!("{}{}", self.connection.base.as_str().trim_end_matches('/'), request.target),
            false => request.target.clone(),
        };
        let parsed = match Url::parse(&url) {
            Ok(parsed) => parsed,
            Err(error) => return Err(lost(Exchange::of(request, &url), format!("no URL: {error}"))),
        };
        let is_ours = parsed.origin() == self.connection.base.origin();
        if !is_ours || !request.logs_in() {
            return self.transmit(request, &parsed, &url).await;
        }
        let wish = Wish::of(&request.method, &parsed);
        let with = |authorization: &Option<String>| match authorization {
            Some(authorization) => request.clone().header("Authorization", authorization),
            None => request.clone(),
        };
        let known = self.login.authorization(&wish);
        let answer = self.transmit(&with(&known), &parsed, &url).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let (login, connection) = (&self.login, &self.connection);
        let found = auth::respond(login, connection, &self.transport, &answer, &wish, known.as_deref()).await;
        match found {
            None => Ok(answer),
            found => self.transmit(&with(&found), &parsed, &url).await,
        }
    }

    /// One request, one answer; `url` is the spelling of `parsed` that nobody has put right.
    async fn transmit(&self, request: &Request, parsed: &Url, url: &str) -> Result<Answer, NoAnswer> {
        let mut exchange = Exchange::of(request, url);
        let start = Instant::now();
        let sending = self.transport.transmit(&self.connection, request, parsed, url);
        let result = tokio::time::timeout(self.connection.deadline, sending).await;
        exchange.time = start.elapsed();
        match result {
            Ok(Ok(Reply { status, headers, body })) => {
                let received = Received { status, headers: headers.clone(), body: Excerpt::of(&body) };
                exchange.outcome = Ok(received);
                Ok(Answer { status, headers, body, url: parsed.clone(), exchange: Arc::new(exchange) })
            }
            Ok(Err(reason)) => Err(lost(exchange, reason)),
            Err(_) => Err(lost(exchange, format!("no answer within {:?}", self.connection.deadline))),
        }
    }
}

fn lost(mut exchange: Exchange, reason: String) -> NoAnswer {
    exchange.outcome = Err(reason.clone());
    NoAnswer { reason, exchange: Arc::new(exchange) }
}
