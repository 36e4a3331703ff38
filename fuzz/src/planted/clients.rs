//! Clients of registries that trust an answer too far.

use reqwest::Url;
use seaworthy_registry::client::{Request, Script};

use super::{Bug, Family, Shows};
use crate::messages::Message;
use crate::targets::registry_answers::wrong_with;

/// What a client gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    KeepsTokens,
    IgnoresPorts,
    ComparesEnds,
    AnyRealm,
    PlainRealm,
    FollowsForever,
    ReadsAll,
}

const fn bug(name: &'static str, does: &'static str, flaw: Flaw) -> Bug {
    Bug { name, does, shows: Shows::Client(flaw) }
}

/// Whether the oracle objects to what a client does. An input that pulls from an honest registry is about ours.
pub(super) fn shows(flaw: Flaw, bytes: &[u8]) -> bool {
    let client = move |base: &Url, requests: &[(String, String)], script: Box<Script>| {
        let sizes = requests.iter().map(|(method, target)| follow(flaw, base, method, target, &script));
        sizes.collect()
    };
    !bytes.starts_with(b"pull\n") && wrong_with(&client, bytes).is_some()
}

pub(super) const FAMILY: Family = Family {
    name: "clients",
    target: "registry_answers",
    executions: 10_000,
    control: bug("none", "trusts the registry, and nobody else", Flaw::None),
    bugs: &[
        bug("keeps-tokens", "shows a token to whom it is redirected to", Flaw::KeepsTokens),
        bug("ignores-ports", "takes another port of the host for the registry", Flaw::IgnoresPorts),
        bug("compares-ends", "takes a host for the registry that has its name in it", Flaw::ComparesEnds),
        bug("asks-any-realm", "shows the password to whom it is redirected to", Flaw::AnyRealm),
        bug("asks-a-plain-realm", "shows the password to a realm without TLS", Flaw::PlainRealm),
        bug("follows-forever", "has no limit of redirects", Flaw::FollowsForever),
        bug("reads-all", "has no limit of bodies", Flaw::ReadsAll),
    ],
};

/// Sends a request and follows redirects; the size of the last answer.
fn follow(flaw: Flaw, base: &Url, method: &str, target: &str, script: &Script) -> usize {
    let most = if flaw == Flaw::FollowsForever { 200 } else { 5 };
    let Ok(mut url) = base.join(target) else { return 0 };
    let mut token = None;
    for _ in 0..=most {
        let is_registry = match flaw {
            Flaw::KeepsTokens => true,
            Flaw::IgnoresPorts => url.host() == base.host(),
            Flaw::ComparesEnds => {
                let name = base.host_str().unwrap_or_default();
                url.host_str().is_some_and(|host| host.contains(name)) && url.port() == base.port()
            }
            _ => url.origin() == base.origin(),
        };
        let answer = send(method, &url, token.as_deref().filter(|_| is_registry), script);
        let status = answer.start.split(' ').nth(1).unwrap_or_default().to_owned();
        let location = named(&answer, "location").and_then(|location| url.join(location).ok());
        match (status.as_str(), location) {
            ("401", _) if token.is_none() && (is_registry || flaw == Flaw::AnyRealm) => {
                token = log_in(flaw, base, &url, &answer, script);
                if token.is_none() {
                    return answer.body.len();
                }
            }
            ("301" | "307" | "308", Some(next)) => url = next,
            _ if flaw == Flaw::ReadsAll => {
                // Whoever sizes a buffer by what it is told takes as much as that.
                let told = named(&answer, "content-length").and_then(|length| length.parse().ok());
                return answer.body.len().max(told.unwrap_or(0));
            }
            _ => return answer.body.len().min(4096),
        }
    }
    0
}

/// Asks the realm of a challenge for a token.
fn log_in(flaw: Flaw, base: &Url, url: &Url, answer: &Message, script: &Script) -> Option<String> {
    const CREDENTIALS: &str = "Basic dXNlcjpwYTU1LW9mLXRoZS11c2Vy";
    let challenge = named(answer, "www-authenticate")?;
    if challenge.starts_with("Basic") {
        let is_registry = url.origin() == base.origin() || flaw == Flaw::AnyRealm;
        return is_registry.then(|| CREDENTIALS.to_owned());
    }
    let realm = challenge.split("realm=\"").nth(1)?.split('"').next()?;
    let mut realm = Url::parse(realm).ok().filter(|realm| matches!(realm.scheme(), "http" | "https"))?;
    let _ = realm.set_username("");
    let is_trusted = realm.scheme() == "https" || flaw == Flaw::PlainRealm;
    let body = send("GET", &realm, is_trusted.then_some(CREDENTIALS), script).body;
    let token: serde_json::Value = serde_json::from_slice(&body).ok()?;
    Some(format!("Bearer {}", token["token"].as_str()?))
}

fn send(method: &str, url: &Url, authorization: Option<&str>, script: &Script) -> Message {
    let mut request = Request::new(method, url.as_str());
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    Message::read(&script(&request, url))
}

fn named<'m>(message: &'m Message, wanted: &str) -> Option<&'m str> {
    let found = message.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value.as_str())
}
