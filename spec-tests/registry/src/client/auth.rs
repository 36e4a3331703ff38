//! Logging in: Basic, and bearer tokens as registries hand them out.
//!
//! The specification leaves this open; every registry follows Docker's flow. A challenge names a
//! realm that hands out tokens, and the realm may be on another host. So there are rules for whom
//! anything is shown to:
//!
//! * Only the registry's own challenges are answered, and only on requests that have never left its
//!   origin: not those of whom a redirect, a `Location` or a `Link` leads to.
//! * The user's credentials go to the registry, and to a realm that it names: one that is reached by
//!   TLS or, if the registry itself is not, one on the same host. They are the registry's to begin with; nobody
//!   who only listens shall have them.
//! * A realm in an internal network is asked only by those whose registry is in the same one.
//! * A realm is asked once; where it redirects to is not.
//! * A token goes to the registry's origin alone.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_auth::parse_challenges;
use reqwest::Url;
use serde_json::Value;

use super::transport::Transport;
use super::{Answer, Connection, Request};

/// A user's name and password.
#[derive(Clone)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The password, or a token that stands for it.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

impl Credentials {
    /// The value of an `Authorization` header.
    pub(crate) fn basic(&self) -> String {
        let pair = format!("{}:{}", self.username, self.password);
        format!("Basic {}", seaworthy_generators::shape::base64(pair.as_bytes()))
    }
}

/// What was learnt from challenges.
#[derive(Default)]
pub(super) struct Login {
    /// The value of the `Authorization` header, by what it allows.
    known: Mutex<HashMap<Wish, Known>>,
}

/// What a request wants to do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wish {
    /// The repository; empty for the base endpoint.
    repository: String,
    action: &'static str,
    /// The repository that a blob is mounted from.
    from: Option<String>,
}

struct Known {
    authorization: String,
    until: Option<Instant>,
}

/// How long before its end a token counts as expired, at most: it has to reach the registry in time.
const MARGIN: Duration = Duration::from_secs(2);
/// How long a token lasts that does not say, as Docker's documentation has it.
const LIFETIME: Duration = Duration::from_secs(60);

impl Wish {
    /// What a request to the registry wants.
    pub fn of(method: &str, url: &Url) -> Wish {
        let path = url.path().strip_prefix("/v2/").unwrap_or_default();
        let end =
            ["/blobs/", "/manifests/", "/tags/", "/referrers/"].iter().filter_map(|part| path.rfind(part));
        let repository = path[..end.max().unwrap_or(0)].to_owned();
        let action = match method {
            "GET" | "HEAD" => "pull",
            "DELETE" => "delete",
            _ => "pull,push",
        };
        let from = url.query_pairs().find(|(name, _)| name == "from").map(|(_, value)| value.into_owned());
        Wish { repository, action, from }
    }

    /// The scope to ask a token server for where the challenge names none.
    fn scopes(&self) -> Vec<String> {
        let own =
            (!self.repository.is_empty()).then(|| format!("repository:{}:{}", self.repository, self.action));
        let from = self.from.as_ref().map(|from| format!("repository:{from}:pull"));
        own.into_iter().chain(from).collect()
    }
}

impl Login {
    /// The `Authorization` header for a wish, if it is known and has not expired.
    pub fn authorization(&self, wish: &Wish) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(wish)?;
        let is_good = found.until.is_none_or(|until| Instant::now() < until);
        is_good.then(|| found.authorization.clone())
    }

    fn remember(&self, wish: Wish, authorization: String, until: Option<Instant>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(wish, Known { authorization, until });
    }
}

/// How many challenges of one answer are looked at. Each may send us to another realm.
const CHALLENGES: usize = 4;

/// Answers a challenge: the `Authorization` header to repeat the request with, if that is worth it.
/// `shown` is the one that it had.
pub(super) async fn respond(
    login: &Login,
    connection: &Connection,
    transport: &Transport,
    answer: &Answer,
    wish: &Wish,
    shown: Option<&str>,
) -> Option<String> {
    // A header that is not understood is no reason to stop at.
    let challenges = answer.headers_named("www-authenticate");
    let challenges = challenges.flat_map(|header| parse_challenges(header).unwrap_or_default());
    for challenge in challenges.take(CHALLENGES) {
        let param = |wanted: &str| {
            let found = challenge.params.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.to_unescaped())
        };
        if challenge.scheme.eq_ignore_ascii_case("basic") {
            let Some(credentials) = &connection.credentials else { continue };
            let authorization = credentials.basic();
            login.remember(wish.clone(), authorization.clone(), None);
            return Some(authorization).filter(|basic| shown != Some(basic.as_str()));
        }
        if challenge.scheme.eq_ignore_ascii_case("bearer") {
            let Some(realm) = param("realm").and_then(|realm| Url::parse(&realm).ok()) else { continue };
            let token = fetch(connection, transport, realm, param("service"), param("scope"), wish).await;
            let Some((token, lifetime)) = token else { continue };
            let authorization = format!("Bearer {token}");
            let until = Instant::now() + lifetime - MARGIN.min(lifetime / 4);
            login.remember(wish.clone(), authorization.clone(), Some(until));
            return Some(authorization);
        }
    }
    None
}

/// Fetches a token.
async fn fetch(
    connection: &Connection,
    transport: &Transport,
    mut realm: Url,
    service: Option<String>,
    scope: Option<String>,
    wish: &Wish,
) -> Option<(String, Duration)> {
    let has_user = !realm.username().is_empty() || realm.password().is_some();
    if !matches!(realm.scheme(), "http" | "https") || has_user || !is_in_reach(&realm, &connection.base) {
        return None;
    }
    let scopes = match scope {
        // The challenge does not know of the repository that is mounted from.
        Some(scope) if wish.from.is_none() => scope.split(' ').map(str::to_owned).collect(),
        Some(scope) => scope.split(' ').map(str::to_owned).chain(wish.scopes().pop()).collect(),
        None => wish.scopes(),
    };
    {
        let mut query = realm.query_pairs_mut();
        query.extend_pairs(service.iter().map(|service| ("service", service)));
        query.extend_pairs(scopes.iter().map(|scope| ("scope", scope)));
    }
    let is_as_open = connection.base.scheme() == "http" && realm.host() == connection.base.host();
    let is_trusted = realm.scheme() == "https" || is_as_open;
    let mut request = Request::new("GET", realm.as_str());
    if let Some(credentials) = connection.credentials.as_ref().filter(|_| is_trusted) {
        request = request.header("Authorization", credentials.basic());
    }
    /// Tokens are some kilobytes at most.
    const LIMIT: usize = 1 << 20;
    let sending = transport.send(&request, &realm, LIMIT);
    let reply = tokio::time::timeout(connection.deadline, sending).await.ok()?.ok()?;
    let body: Value = serde_json::from_slice(&reply.body).ok().filter(|_| reply.status == 200)?;
    let token = body.get("token").or_else(|| body.get("access_token"))?.as_str()?;
    let is_plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let lifetime = body.get("expires_in").and_then(Value::as_u64).map_or(LIFETIME, Duration::from_secs);
    // Whatever a server says, nothing lasts longer than a day.
    is_plain.then(|| (token.to_owned(), lifetime.min(Duration::from_secs(86_400))))
}

/// Whether a realm may be asked: it is on the internet, or in the network that the registry is in. Only
/// addresses are told apart; what a name stands for is not looked up.
fn is_in_reach(realm: &Url, base: &Url) -> bool {
    let network = Network::of(realm);
    network == Network::Internet || network == Network::of(base)
}

/// Where an address is reached from.
#[derive(Debug, PartialEq, Eq)]
enum Network {
    Internet,
    /// This machine.
    Loopback,
    /// The cable, and what providers of machines put there.
    Link,
    /// A private network.
    Private,
}

impl Network {
    fn of(url: &Url) -> Network {
        let host = url.host_str().unwrap_or_default();
        match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(IpAddr::V4(address)) => Network::of_v4(address),
            Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(mapped) => Network::of_v4(mapped),
                None if address.is_loopback() || address.is_unspecified() => Network::Loopback,
                None if address.is_unicast_link_local() => Network::Link,
                None if address.is_unique_local() => Network::Private,
                None => Network::Internet,
            },
            Err(_) => {
                let name = host.trim_end_matches('.');
                let is_local = name == "localhost" || name.ends_with(".localhost");
                if is_local { Network::Loopback } else { Network::Internet }
            }
        }
    }

    fn of_v4(address: Ipv4Addr) -> Network {
        match address.octets() {
            [0 | 127, ..] => Network::Loopback,
            [169, 254, ..] => Network::Link,
            // Shared addresses (RFC 6598) are as internal as private ones.
            [100, 64..128, ..] => Network::Private,
            _ if address.is_private() => Network::Private,
            _ => Network::Internet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realms_in_internal_networks() {
        let check = |realm: &str, base: &str, is_asked: bool| {
            let url = |text: &str| Url::parse(text).unwrap();
            assert_eq!(is_in_reach(&url(realm), &url(base)), is_asked, "{realm} for {base}");
        };
        for (realm, kin) in [
            ("http://169.254.169.254/latest", "http://169.254.1.1"),
            ("http://[fe80::1]/", "http://169.254.1.1"),
            ("https://127.0.0.1/token", "http://localhost:5000"),
            ("http://127.8.8.8/token", "http://[::1]:5000"),
            ("http://[::1]/token", "http://127.0.0.1:5000"),
            ("http://[::ffff:127.0.0.1]/token", "http://127.0.0.1:5000"),
            ("http://2130706433/token", "http://127.0.0.1:5000"),
            ("http://0x7f.1/token", "http://127.0.0.1:5000"),
            ("http://0177.0.0.1/token", "http://127.0.0.1:5000"),
            ("http://0.0.0.0/token", "http://127.0.0.1:5000"),
            ("http://LOCALHOST./token", "http://127.0.0.1:5000"),
            ("http://a.localhost/token", "http://127.0.0.1:5000"),
            ("https://10.1.2.3/token", "http://192.168.0.1"),
            ("https://172.31.0.1/token", "http://10.0.0.1"),
            ("https://100.64.0.1/token", "http://10.0.0.1"),
            ("https://[fd00::1]/token", "http://10.0.0.1"),
        ] {
            check(realm, "https://registry.example", false);
            check(realm, "https://8.8.8.8", false);
            check(realm, kin, true);
        }
        check("http://169.254.169.254/", "http://127.0.0.1:5000", false);
        check("http://10.0.0.1/", "http://127.0.0.1:5000", false);
        for base in ["https://registry.example", "http://127.0.0.1:5000", "http://10.0.0.1"] {
            check("https://auth.example/token", base, true);
            check("https://172.32.0.1/token", base, true);
        }
    }

    #[test]
    fn a_request_tells_what_it_wants() {
        let check = |method: &str, path: &str, wanted: &[&str]| {
            let url = Url::parse(&format!("http://h{path}")).unwrap();
            assert_eq!(Wish::of(method, &url).scopes(), wanted, "{path}");
        };
        check("GET", "/v2/", &[]);
        check("GET", "/v2/a/b/manifests/v1", &["repository:a/b:pull"]);
        check("PUT", "/v2/blobs/manifests/v1", &["repository:blobs:pull,push"]);
        check("DELETE", "/v2/a/blobs/x", &["repository:a:delete"]);
        check("PATCH", "/v2/a/blobs/uploads/x?state=y", &["repository:a:pull,push"]);
        let both = ["repository:a:pull,push", "repository:b/c:pull"];
        check("POST", "/v2/a/blobs/uploads/?mount=x&from=b/c", &both);
    }

    #[test]
    fn credentials_do_not_show() {
        let credentials = Credentials { username: "me".into(), password: "s3cret".into() };
        assert!(!format!("{credentials:?}").contains("s3cret"));
        assert_eq!(credentials.basic(), "Basic bWU6czNjcmV0");
    }
}
