//! Logging in: Basic, and bearer tokens as registries hand them out.
//!
//! The specification leaves this open; every registry follows Docker's flow. A challenge names a
//! realm that hands out tokens, and the realm may be on another host. So there is a rule for whom
//! the user's credentials are shown to: the registry itself, and a realm that is reached by TLS or is
//! on the registry's own host. A token goes to the registry's origin alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_auth::parse_challenges;
use reqwest::Url;
use serde_json::Value;

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
    pub(super) fn basic(&self) -> String {
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

/// How long before its end a token counts as expired: it has to reach the registry in time.
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
        let is_good = found.until.is_none_or(|until| Instant::now() + MARGIN < until);
        is_good.then(|| found.authorization.clone())
    }

    fn remember(&self, wish: Wish, authorization: String, until: Option<Instant>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(wish, Known { authorization, until });
    }
}

/// Answers a challenge. True if the request is worth repeating.
pub(super) async fn respond(
    login: &Login,
    connection: &Connection,
    client: &reqwest::Client,
    answer: &Answer,
    wish: &Wish,
) -> bool {
    let credentials = connection.credentials.as_ref();
    for header in answer.headers_named("www-authenticate") {
        // A header that is not understood is no reason to stop at.
        for challenge in parse_challenges(header).unwrap_or_default() {
            let param = |wanted: &str| {
                let found = challenge.params.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.to_unescaped())
            };
            if challenge.scheme.eq_ignore_ascii_case("basic") {
                let Some(credentials) = credentials else { continue };
                let is_new = login.authorization(wish).as_deref() != Some(&credentials.basic());
                login.remember(wish.clone(), credentials.basic(), None);
                return is_new;
            }
            if challenge.scheme.eq_ignore_ascii_case("bearer") {
                let Some(realm) = param("realm").and_then(|realm| Url::parse(&realm).ok()) else { continue };
                let token = fetch(connection, client, realm, param("service"), param("scope"), wish).await;
                let Some((token, lifetime)) = token else { continue };
                login.remember(wish.clone(), format!("Bearer {token}"), Some(Instant::now() + lifetime));
                return true;
            }
        }
    }
    false
}

/// Fetches a token.
async fn fetch(
    connection: &Connection,
    client: &reqwest::Client,
    mut realm: Url,
    service: Option<String>,
    scope: Option<String>,
    wish: &Wish,
) -> Option<(String, Duration)> {
    if !matches!(realm.scheme(), "http" | "https")
        || !realm.username().is_empty()
        || realm.password().is_some()
    {
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
    let is_trusted = realm.scheme() == "https" || realm.host() == connection.base.host();
    let mut request = Request::new("GET", realm.as_str());
    if let Some(credentials) = connection.credentials.as_ref().filter(|_| is_trusted) {
        request = request.header("Authorization", credentials.basic());
    }
    /// Tokens are some kilobytes at most.
    const LIMIT: usize = 1 << 20;
    let reply = super::ordinary::send(client, &request, &realm, LIMIT).await.ok()?;
    let body: Value = serde_json::from_slice(&reply.body).ok().filter(|_| reply.status == 200)?;
    let token = body.get("token").or_else(|| body.get("access_token"))?.as_str()?;
    let is_plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let lifetime = body.get("expires_in").and_then(Value::as_u64).map_or(LIFETIME, Duration::from_secs);
    // Whatever a server says, nothing lasts longer than a day.
    is_plain.then(|| (token.to_owned(), lifetime.min(Duration::from_secs(86_400))))
}

#[cfg(test)]
mod tests {
    use super::*;

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
