//! Who may do what: with a name and a password, or with tokens that a small token server hands out.
//!
//! The specification leaves it open how one logs in. This is what every client can do: Basic (RFC 7617),
//! and Docker's flow for bearer tokens, in which the challenge names the token server and the scope to ask
//! it for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::json;

use super::body::{self, Body};
use super::error::{Code, Refusal};
use super::route::{Endpoint, Query};
use super::secrets::Secrets;
use super::{Registry, answer};
use crate::client::Credentials;
use crate::common;

/// Where the token server is.
const TOKENS: &str = "/token";
/// What the token server calls this registry.
const SERVICE: &str = "seaworthy";
/// The most tokens at a time; the one that ends first gives way.
const TOKEN_LIMIT: usize = 10_000;

/// How one logs in, and who may.
#[derive(Debug, Clone)]
pub struct Access {
    /// How one logs in.
    pub scheme: Scheme,
    /// Who may.
    pub users: Vec<User>,
    /// What everybody may do without logging in.
    pub anonymous: Vec<Right>,
    /// How long a token lasts. Docker's documentation asks for a minute at least.
    pub token_lifetime: Duration,
    /// The URL of the token server that challenges name; if there is none, it is the one of this registry.
    pub realm: Option<String>,
}

/// How one logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// With each request, by name and password.
    Basic,
    /// At the token server; with each request by a token.
    Bearer,
}

/// Somebody who may log in.
#[derive(Debug, Clone)]
pub struct User {
    /// The name and the password.
    pub credentials: Credentials,
    /// What they may do.
    pub rights: Vec<Right>,
}

/// What may be done with some repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The name of a repository; or `*`, or a path that ends in `/*`, for all of those below.
    pub repositories: String,
    /// What may be done.
    pub actions: Vec<Action>,
}

/// Something that is done with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Content is read.
    Pull,
    /// Content is stored.
    Push,
    /// Content is deleted.
    Delete,
}

impl Access {
    /// Users who may do everything, and nobody else anything.
    pub fn new(scheme: Scheme, users: impl IntoIterator<Item = Credentials>) -> Access {
        let users = users.into_iter().map(|credentials| User { credentials, rights: vec![Right::all()] });
        let (users, token_lifetime) = (users.collect(), Duration::from_secs(300));
        Access { scheme, users, anonymous: Vec::new(), token_lifetime, realm: None }
    }

    /// The user who is named in a header of the scheme Basic.
    fn user(&self, header: &str) -> Option<&User> {
        let (scheme, encoded) = header.split_once(' ')?;
        let is_theirs =
            |user: &&User| user.credentials.basic().split_once(' ').is_some_and(|own| own.1 == encoded);
        self.users.iter().filter(|_| scheme.eq_ignore_ascii_case("basic")).find(is_theirs)
    }
}

impl Right {
    /// Everything with every repository.
    pub fn all() -> Right {
        Right::to("*", &Action::ALL)
    }

    /// Some actions with some repositories.
    pub fn to(repositories: impl Into<String>, actions: &[Action]) -> Right {
        Right { repositories: repositories.into(), actions: actions.to_vec() }
    }

    fn allows(&self, action: Action, repository: &str) -> bool {
        let is_for = match self.repositories.strip_suffix('*') {
            Some(folder) => repository.starts_with(folder),
            None => self.repositories == repository,
        };
        is_for && self.actions.contains(&action)
    }
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 3] = [Action::Pull, Action::Push, Action::Delete];

    const fn as_str(self) -> &'static str {
        match self {
            Action::Pull => "pull",
            Action::Push => "push",
            Action::Delete => "delete",
        }
    }

    /// What a request does; nothing if it asks for the base endpoint.
    fn of(endpoint: &Endpoint, method: &Method) -> Option<Action> {
        match endpoint {
            Endpoint::Base => None,
            Endpoint::Uploads | Endpoint::Upload(_) => Some(Action::Push),
            _ if matches!(*method, Method::GET | Method::HEAD) => Some(Action::Pull),
            _ if *method == Method::DELETE => Some(Action::Delete),
            _ => Some(Action::Push),
        }
    }
}

/// Whoever sent a request.
#[derive(Debug, Default)]
pub(super) struct Visitor {
    /// What they may do with what they showed.
    rights: Vec<Right>,
    /// What they could do if they asked for it; nothing, if it is not known who they are.
    own: Option<Vec<Right>>,
    shown: Shown,
}

/// What somebody showed to be let in.
#[derive(Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Nothing,
    /// Credentials that nobody knows.
    Worthless,
    Good,
}

impl Visitor {
    /// Who may do everything.
    pub fn trusted() -> Visitor {
        Visitor { rights: vec![Right::all()], own: Some(vec![Right::all()]), shown: Shown::Good }
    }

    /// Whether they may do something.
    pub fn may(&self, action: Action, repository: &str) -> bool {
        self.rights.iter().any(|right| right.allows(action, repository))
    }
}

/// The tokens that were handed out.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    issued: Mutex<BTreeMap<String, Token>>,
    names: Secrets,
}

#[derive(Debug)]
struct Token {
    rights: Vec<Right>,
    /// The rights of whom it was handed out to; none if they did not log in.
    own: Option<Vec<Right>>,
    until: Instant,
}

impl Tokens {
    fn issue(&self, rights: Vec<Right>, own: Option<Vec<Right>>, lifetime: Duration) -> String {
        let now = Instant::now();
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if issued.len() >= TOKEN_LIMIT {
            issued.retain(|_, token| token.until > now);
        }
        if issued.len() >= TOKEN_LIMIT {
            let first = issued.iter().min_by_key(|(_, token)| token.until).map(|(name, _)| name.clone());
            first.map(|name| issued.remove(&name));
        }
        let name = format!("{:032x}", self.names.next());
        issued.insert(name.clone(), Token { rights, own, until: now + lifetime });
        name
    }

    fn visitor(&self, header: &str) -> Option<Visitor> {
        let (scheme, name) = header.split_once(' ')?;
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let token = issued.get(name).filter(|token| token.until > Instant::now())?;
        let visitor = Visitor { rights: token.rights.clone(), own: token.own.clone(), shown: Shown::Good };
        scheme.eq_ignore_ascii_case("bearer").then_some(visitor)
    }
}

impl Registry {
    /// Finds out who sent a request, and refuses it if they may not.
    pub(super) fn admit(
        &self,
        head: &Parts,
        repository: &str,
        endpoint: &Endpoint,
    ) -> Result<Visitor, Refusal> {
        let Some(access) = &self.settings.access else { return Ok(Visitor::trusted()) };
        let header = head.headers.get(AUTHORIZATION);
        let visitor = match header.map(|header| header.to_str().unwrap_or_default()) {
            None if access.scheme == Scheme::Basic => {
                Visitor { rights: access.anonymous.clone(), ..Visitor::default() }
            }
            None => Visitor::default(),
            Some(header) => self.visitor(access, header),
        };
        let action = Action::of(endpoint, &head.method);
        let is_allowed = match action {
            // Whoever is let in at all may knock.
            None => visitor.shown == Shown::Good || !visitor.rights.is_empty(),
            Some(action) => visitor.may(action, repository),
        };
        let could = |rights: &Vec<Right>| match action {
            None => true,
            Some(action) => rights.iter().any(|right| right.allows(action, repository)),
        };
        match &visitor.own {
            _ if is_allowed => Ok(visitor),
            Some(own) if !could(own) => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                Code::Denied,
                "you may not do this with this repository",
            )),
            _ => Err(self.unauthorized(access, head, action.map(|action| (repository, action)), &visitor)),
        }
    }

    fn visitor(&self, access: &Access, header: &str) -> Visitor {
        let found = match access.scheme {
            Scheme::Bearer => self.tokens.visitor(header),
            Scheme::Basic => access.user(header).map(|user| {
                let (rights, own) = (user.rights.clone(), Some(user.rights.clone()));
                Visitor { rights, own, shown: Shown::Good }
            }),
        };
        match found {
            Some(visitor) => visitor,
            None if self.is_faulty(common::credentials_unknown::LET_IN) => Visitor::trusted(),
            None => Visitor { shown: Shown::Worthless, ..Visitor::default() },
        }
    }

    /// 401, with the challenge that tells how to log in.
    fn unauthorized(
        &self,
        access: &Access,
        head: &Parts,
        wanted: Option<(&str, Action)>,
        visitor: &Visitor,
    ) -> Refusal {
        let code = match self.is_faulty(common::unauthorized::DENIED) {
            true => Code::Denied,
            false => Code::Unauthorized,
        };
        let refusal = Refusal::new(StatusCode::UNAUTHORIZED, code, "log in first");
        let challenge = match access.scheme {
            Scheme::Basic => format!("Basic realm=\"{SERVICE}\""),
            Scheme::Bearer => {
                let realm = access.realm.clone().unwrap_or_else(|| own_realm(head));
                let scope = wanted.map(|(repository, action)| {
                    // Who pushes looks first whether the content is there.
                    let actions = if action == Action::Push { "pull,push" } else { action.as_str() };
                    format!(",scope=\"repository:{repository}:{actions}\"")
                });
                let error = match visitor {
                    Visitor { shown: Shown::Worthless, .. } => ",error=\"invalid_token\"",
                    Visitor { own: Some(_), .. } => ",error=\"insufficient_scope\"",
                    _ => "",
                };
                let scope = scope.unwrap_or_default();
                format!("Bearer realm=\"{realm}\",service=\"{SERVICE}\"{scope}{error}")
            }
        };
        match HeaderValue::try_from(challenge) {
            Ok(_) if head.method == Method::PATCH && self.is_faulty(common::unauthorized::NO_CHALLENGE) => {
                refusal
            }
            Ok(value) => refusal.with(WWW_AUTHENTICATE, value),
            Err(_) => refusal,
        }
    }

    /// The token server: hands out a token for what is asked for, as far as whoever asks may have it.
    /// None if the request is not for the token server, or there is none.
    pub(super) fn hand_out_token(
        &self,
        head: &Parts,
        query: &Query,
    ) -> Option<Result<Response<Body>, Refusal>> {
        let access = self.settings.access.as_ref().filter(|access| access.scheme == Scheme::Bearer)?;
        if head.uri.path() != TOKENS {
            return None;
        }
        if head.method != Method::GET {
            return Some(Err(Refusal::method("GET")));
        }
        let header = head.headers.get(AUTHORIZATION);
        let user = header.map(|header| access.user(header.to_str().unwrap_or_default()));
        let (own, rights) = match user {
            Some(Some(user)) => (Some(user.rights.clone()), &user.rights),
            None if !access.anonymous.is_empty() => (None, &access.anonymous),
            _ => {
                let challenge = HeaderValue::from_static("Basic realm=\"tokens\"");
                let message = "there is no such user, or the password is another";
                let refusal = Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, message);
                return Some(Err(refusal.with(WWW_AUTHENTICATE, challenge)));
            }
        };
        let scopes = query.all("scope").flat_map(|scopes| scopes.split(' '));
        let granted: Vec<Right> = scopes.filter_map(|scope| granted(scope, rights)).collect();
        let token = self.tokens.issue(granted, own, access.token_lifetime);
        let lifetime = access.token_lifetime.as_secs();
        let body = json!({ "token": token, "access_token": token, "expires_in": lifetime });
        let mut response = answer(StatusCode::OK, body::full(body.to_string()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Some(Ok(response))
    }
}

/// As much of a scope (`repository:NAME:ACTION,…`) as somebody with these rights may have.
fn granted(scope: &str, rights: &[Right]) -> Option<Right> {
    let (repository, actions) = scope.strip_prefix("repository:")?.rsplit_once(':')?;
    let is_asked = |action: &Action| actions.split(',').any(|word| word == action.as_str() || word == "*");
    let is_allowed = |action: &Action| rights.iter().any(|right| right.allows(*action, repository));
    let actions: Vec<Action> =
        Action::ALL.into_iter().filter(|action| is_asked(action) && is_allowed(action)).collect();
    // A star in a scope would be taken for many repositories; no repository is called that.
    let is_one = !repository.ends_with('*');
    (is_one && !actions.is_empty()).then(|| Right::to(repository, &actions))
}

/// The URL of the token server, as seen by whoever asks.
fn own_realm(head: &Parts) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".:-_[]".contains(&byte);
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.filter(|host| host.bytes().all(is_plain)).unwrap_or("localhost");
    format!("http://{host}{TOKENS}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights() {
        use Action::{Delete, Pull, Push};
        for (repositories, repository, is_for) in [
            ("*", "a/b", true),
            ("a/*", "a/b", true),
            ("a/*", "a/b/c", true),
            ("a/*", "a", false),
            ("a/*", "ab/c", false),
            ("a", "a", true),
            ("a", "a/b", false),
        ] {
            let right = Right::to(repositories, &[Pull, Push]);
            assert_eq!(right.allows(Pull, repository), is_for, "{repositories} {repository}");
            assert!(!right.allows(Delete, repository));
        }
    }

    #[test]
    fn scopes() {
        use Action::{Pull, Push};
        let rights = [Right::to("team/*", &[Pull, Push]), Right::to("*", &[Pull])];
        for (scope, wanted) in [
            ("repository:team/a:pull,push", Some(Right::to("team/a", &[Pull, Push]))),
            ("repository:team/a:*", Some(Right::to("team/a", &[Pull, Push]))),
            ("repository:other:pull,push,delete", Some(Right::to("other", &[Pull]))),
            ("repository:other:push", None),
            ("repository:*:pull", None),
            ("repository:team/*:pull", None),
            ("registry:catalog:*", None),
            ("repository:a", None),
            ("", None),
        ] {
            assert_eq!(granted(scope, &rights), wanted, "{scope}");
        }
    }

    #[test]
    fn tokens_end_and_are_not_kept_for_ever() {
        let tokens = Tokens::default();
        let (short, long) = (Duration::ZERO, Duration::from_secs(60));
        let (expired, valid) = (tokens.issue(vec![], None, short), tokens.issue(vec![], None, long));
        assert!(tokens.visitor(&format!("Bearer {expired}")).is_none());
        assert!(tokens.visitor(&format!("bearer {valid}")).is_some());
        for header in [format!("Basic {valid}"), valid.clone(), "Bearer x".to_owned(), String::new()] {
            assert!(tokens.visitor(&header).is_none(), "{header}");
        }
        for _ in 0..2 * TOKEN_LIMIT {
            tokens.issue(vec![], None, long);
        }
        assert_eq!(tokens.issued.lock().unwrap().len(), TOKEN_LIMIT);
    }
}
