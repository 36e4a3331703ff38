//! Answers to the client of registries, scripted: where it goes with them, and to whom it shows what.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use seaworthy_generators::choices::Choices;
use seaworthy_registry::SpecVersion;
use seaworthy_registry::client::{Client, Connection, Credentials, Request, Script};
use seaworthy_registry::server::{Registry, Settings};
use seaworthy_registry::suite::{Outcome, Plan, run};

use super::registry_requests::ask;
use crate::messages::{self, Pool};

/// The largest body that the client is to take.
const BODY: usize = 4096;

/// How many pages of a list are asked for.
const PAGES: usize = 3;

/// How many requests one that a caller makes may become: five redirects, and the last; of each two at
/// the registry, and four at realms between them.
const REQUESTS: usize = 6 * (2 + 4);

/// The user's secrets, which nobody but the registry and its realms may see.
const PASSWORD: &str = "pa55-of-the-user";
const OWN: &str = "Custom 5ecret-of-the-caller";

/// Answers requests of the client with a script: no socket is opened.
///
/// The first message has the address of the registry on its first line, and on the others the requests
/// that are made, such as `GET /v2/app/tags/list`. Each other message is an answer as it comes over the
/// wire; where they run out, the last one comes again. If the first line is `pull`, what follows are
/// choices of how the content that is pulled from an honest registry is changed on the way.
///
/// # Panics
///
/// If a secret goes where it must not, if there is no end of requests, if more is read than was allowed, or if
/// changed content passes for what was asked for.
pub fn registry_answers(bytes: &[u8]) {
    if let Some(wrong) = wrong_with(&ours, bytes) {
        panic!("{wrong}");
    }
}

/// A client, as far as it is put to the test: it makes requests to a registry, follows where the answers
/// lead, and shows the user's credentials where it is asked to. The last is how large each answer was.
pub(crate) type Subject = dyn Fn(&Url, &[(String, String)], Box<Script>) -> Vec<usize>;

/// One request that was sent.
#[derive(Debug, Clone)]
struct Sent {
    method: String,
    url: Url,
    authorization: Option<String>,
    /// Whether an answer before it, of the registry, was a challenge.
    is_challenged: bool,
}

/// What a client does wrong.
pub(crate) fn wrong_with(subject: &Subject, bytes: &[u8]) -> Option<String> {
    if let Some(choices) = bytes.strip_prefix(b"pull\n") {
        return changed_content_passes(choices);
    }
    // Who is told a secret may tell it: libFuzzer learns what it is compared with.
    let is_told = |secret: &str| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
    if is_told(PASSWORD) || is_told(OWN) {
        return None;
    }
    let (base, requests, log, sizes) = converse(subject, bytes);
    if log.len() > requests * PAGES * REQUESTS {
        return Some(format!("{requests} requests became {}", log.len()));
    }
    if let Some(size) = sizes.iter().find(|size| **size > BODY) {
        return Some(format!("a body of {size} bytes was taken"));
    }
    log.iter().find_map(|sent| leaks(&base, sent).map(|leak| format!("{leak}: {sent:?}")))
}

fn converse(subject: &Subject, bytes: &[u8]) -> (Url, usize, Vec<Sent>, Vec<usize>) {
    let pieces = messages::split(bytes);
    let first = String::from_utf8_lossy(pieces[0]).into_owned();
    let mut lines = first.lines();
    let base = lines.next().and_then(|line| Url::parse(line).ok()).filter(is_registry);
    let base = base.unwrap_or_else(|| Url::parse("https://registry.example.com").expect("it is a URL"));
    let request = |line: &str| {
        let (method, target) = line.split_once(' ').unwrap_or((line, "/v2/"));
        (method.to_owned(), format!("/{}", target.trim_start_matches('/')))
    };
    let mut requests: Vec<(String, String)> = lines.take(4).map(request).collect();
    if requests.is_empty() {
        requests.push(request("GET /v2/app/manifests/v1"));
    }
    let answers: Vec<Vec<u8>> = pieces[1..].iter().map(|piece| piece.to_vec()).collect();
    let log: Arc<Mutex<Vec<Sent>>> = Arc::default();
    let script = {
        let (log, base) = (log.clone(), base.clone());
        move |request: &Request, url: &Url| {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = answers.get(log.len()).or(answers.last()).cloned().unwrap_or_default();
            let named = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            let is_challenged = log.last().is_some_and(|last| last.is_challenged);
            let asks = answer.windows(4).any(|window| window == b" 401") && url.origin() == base.origin();
            log.push(Sent {
                method: request.method.clone(),
                url: url.clone(),
                authorization: named.map(|(_, value)| value.clone()),
                is_challenged,
            });
            if asks && let Some(last) = log.last_mut() {
                last.is_challenged = true;
            }
            answer
        }
    };
    let sizes = subject(&base, &requests, Box::new(script));
    let log = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (base, requests.len(), log, sizes)
}

fn is_registry(base: &Url) -> bool {
    matches!(base.scheme(), "http" | "https") && base.has_host() && base.username().is_empty()
}

/// What a request shows to somebody who must not see it.
fn leaks(base: &Url, sent: &Sent) -> Option<&'static str> {
    let is_ours = sent.url.origin() == base.origin();
    if sent.url.as_str().contains(PASSWORD) {
        return Some("the password in a URL");
    }
    let authorization = sent.authorization.as_deref()?;
    let credentials = format!("Basic {}", base64(&format!("user:{PASSWORD}")));
    if authorization == OWN {
        return (!is_ours).then_some("what the caller said to the registry, said to somebody else");
    }
    if authorization.starts_with("Bearer ") {
        return (!is_ours).then_some("a token shown to somebody else");
    }
    if authorization != credentials {
        return Some("credentials that nobody gave");
    }
    let is_on_the_host = sent.url.host() == base.host() && base.scheme() == "http";
    let is_trusted = sent.url.scheme() == "https" || is_on_the_host;
    let is_for_a_token = sent.is_challenged && sent.method == "GET" && is_trusted;
    (!is_ours && !is_for_a_token).then_some("the password shown to somebody else")
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Where a conversation goes: how many requests of which kind, and what became of them.
pub(crate) fn shows(bytes: &[u8]) -> BTreeSet<String> {
    if bytes.starts_with(b"pull\n") {
        return BTreeSet::from([format!("pull {}", bytes.len().min(8))]);
    }
    let (base, _, log, sizes) = converse(&ours, bytes);
    let mut shown = BTreeSet::from([format!("{} requests, {} answers", log.len().min(12), sizes.len())]);
    for (number, sent) in log.iter().enumerate() {
        let to = match &sent.url {
            url if url.origin() == base.origin() => "the registry",
            url if url.host() == base.host() => "its host",
            _ => "another host",
        };
        let scheme = sent.authorization.as_deref().and_then(|value| value.split(' ').next());
        shown.insert(format!("{} {to} {} {scheme:?}", sent.method, sent.url.scheme()));
        shown.insert(format!("{} {to} {scheme:?} {}", sent.method, number.min(6)));
    }
    shown
}

/// Our own client, as the requirements use it.
fn ours(base: &Url, requests: &[(String, String)], script: Box<Script>) -> Vec<usize> {
    let connection = Connection {
        deadline: Duration::from_secs(5),
        body_limit: BODY,
        credentials: Some(Credentials { username: "user".to_owned(), password: PASSWORD.to_owned() }),
        ..Connection::new(base.clone())
    };
    let client = Client::scripted(connection, script);
    let mut sizes = Vec::new();
    waiting(async {
        for (method, target) in requests {
            let mut request = Request::new(method, target.as_str());
            if method == "HEAD" {
                request = request.header("Authorization", OWN);
            }
            for _ in 0..PAGES {
                let Ok(answer) = client.send(request).await else { break };
                sizes.push(answer.body.len());
                let shown = answer.exchange.curl();
                assert!(
                    !shown.contains(PASSWORD) && !shown.contains(OWN),
                    "a secret in the evidence: {shown}"
                );
                let _ = (answer.error_codes(), answer.location());
                let Some(next) = answer.next() else { break };
                request = Request::new("GET", next);
            }
        }
    });
    sizes
}

fn waiting<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a clock is all it needs").block_on(future)
}

/// Pulls from an honest registry through somebody who changes all content: whether that goes unnoticed.
fn changed_content_passes(bytes: &[u8]) -> Option<String> {
    let mut choices = Choices::new(bytes);
    let requirement = *choices.pick(&["pull/blob", "pull/manifest-by-digest", "pull/manifest-by-tag"]);
    let kind = if requirement == "pull/blob" { "/blobs/sha256:" } else { "/manifests/" };
    let seed = choices.below(1 << 16) as u64;
    let (how, at, bit) = (choices.below(4), choices.below(1 << 12), choices.below(8));
    let registry = Registry::new(Settings::default());
    let base = Url::parse("https://registry.example.com").expect("it is a URL");
    let script = move |request: &Request, url: &Url| {
        let target = url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let Some(answer) = ask(&registry, &request.method, &target, &request.headers, &request.body) else {
            return Vec::new();
        };
        let mut body = answer.body.to_vec();
        if request.method == "GET" && url.path().contains(kind) && !body.is_empty() {
            let at = at % body.len();
            match how {
                0 => body[at] ^= 1 << bit,
                1 => body.truncate(at),
                2 => body.insert(at, b' '),
                _ => body.clear(),
            }
        }
        answer.on_the_wire(&body)
    };
    let client = Client::scripted(Connection::new(base), Box::new(script));
    let plan = Plan { only: vec![requirement.to_owned()], seed, ..Plan::new(SpecVersion::default()) };
    let report = waiting(run(client, &plan));
    let passed = report.results.iter().find(|one| one.requirement.id == requirement);
    let passed = passed.is_none_or(|checked| checked.outcome == Outcome::Pass);
    passed.then(|| format!("changed content passes {requirement}"))
}

/// What answers are made of.
pub(crate) const POOL: Pool = Pool {
    starts: &[
        "HTTP/1.1 200 OK",
        "HTTP/1.1 206 Partial Content",
        "HTTP/1.1 100 Continue",
        "HTTP/1.1 301 Moved",
        "HTTP/1.1 307 Temporary Redirect",
        "HTTP/1.1 308 Permanent Redirect",
        "HTTP/1.1 401 Unauthorized",
        "HTTP/1.1 404 Not Found",
        "HTTP/1.1 429 Too Many Requests",
        "HTTP/1.1 503 Unavailable",
    ],
    headers: &[
        "WWW-Authenticate: Basic realm=\"registry\"",
        "WWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry\",scope=\"repository:app:pull\"",
        "WWW-Authenticate: Bearer realm=\"http://auth.example.com/token\"",
        "WWW-Authenticate: Bearer realm=\"http://registry.example.com/token\"",
        "WWW-Authenticate: Bearer realm=\"https://registry.example.com:8443/token\", Basic realm=\"x\"",
        "WWW-Authenticate: Bearer realm=\"http://169.254.169.254/\", Bearer realm=\"http://2130706433/\"",
        "WWW-Authenticate: Bearer realm=\"https://user@auth.example.com/\"",
        "WWW-Authenticate: Bearer realm=\"file:///etc/passwd\"",
        "WWW-Authenticate: Bearer realm=\"/token\"",
        "Location: https://registry.example.com/v2/app/manifests/v2",
        "Location: http://registry.example.com/v2/app/manifests/v1",
        "Location: https://registry.example.com:8443/v2/app/manifests/v1",
        "Location: https://storage.example.net/blob",
        "Location: //registry.example.com.example.net/",
        "Location: https://registry.example.com@storage.example.net/",
        "Location: ?again",
        "Link: </v2/app/tags/list?last=a>; rel=\"next\"",
        "Link: <https://other.example.net/v2/app/tags/list>; rel=next",
        "Link: <>; rel=\"prev next\", <x>",
        "Content-Length: 0",
        "Content-Length: 1000000000",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
        "Content-Type: application/json",
        "Docker-Content-Digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Retry-After: 1000000000",
    ],
    bodies: &[
        "",
        "{\"token\":\"t0ken\"}",
        "{\"access_token\":\"t0ken\",\"expires_in\":0}",
        "{\"token\":\"with\\nline\"}",
        "{\"tags\":[\"a\",null]}",
        "{\"errors\":[{\"code\":\"DENIED\"},{}]}",
        "4\r\nabcd\r\n0\r\n\r\n",
        "ffffffffffffffff\r\n",
    ],
};

/// Conversations that clients have.
pub(crate) const SEEDS: &[&str] = &[
    "https://registry.example.com\nGET /v2/app/manifests/v1\n%%\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    "https://registry.example.com\nGET /v2/app/manifests/v1\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry\"\nContent-Length: 0\n\n\n%%\nHTTP/1.1 200 OK\n\n{\"token\":\"t0ken\"}\n%%\nHTTP/1.1 307 Temporary Redirect\nLocation: https://storage.example.net/blob\n\n\n%%\nHTTP/1.1 200 OK\n\nblob",
    "http://registry.example.com:5000\nHEAD /v2/app/blobs/x\nGET /v2/app/tags/list\n%%\nHTTP/1.1 307 Temporary Redirect\nLocation: http://registry.example.com:5001/\nContent-Length: 0\n\n\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\nContent-Length: 0\n\n\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\nContent-Length: 0\n\n\n%%\nHTTP/1.1 200 OK\nLink: </v2/app/tags/list?last=a>; rel=\"next\"\nTransfer-Encoding: chunked\n\n4\r\n[  ]\r\n0\r\n\r\n",
    "http://127.0.0.1:5000\nPUT /v2/app/manifests/v1\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://127.0.0.1:5001/token\"\nContent-Length: 0\n\n\n%%\nHTTP/1.1 200 OK\n\n{\"access_token\":\"t0ken\",\"expires_in\":300}\n%%\nHTTP/1.1 308 Permanent Redirect\nLocation: ?again\nContent-Length: 0\n\n\n%%\nHTTP/1.1 201 Created\nContent-Length: 0\n\n",
    "https://registry.example.com\nGET /v2/app/manifests/v1\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://registry.example.com/token\"\nContent-Length: 0\n\n\n%%\nHTTP/1.1 200 OK\n\n{\"token\":\"t0ken\"}\n%%\nHTTP/1.1 307 Temporary Redirect\nLocation: https://registry.example.com.example.net/\nContent-Length: 0\n\n",
    "https://registry.example.com\nGET /v2/app/blobs/x\n%%\nHTTP/1.1 307 Temporary Redirect\nLocation: https://storage.example.net/\nContent-Length: 0\n\n\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\nContent-Length: 0\n\n",
    "https://registry.example.com\nGET /v2/app/blobs/x\n%%\nHTTP/1.1 307 Temporary Redirect\nLocation: https://storage.example.net/\nContent-Length: 0\n\n\n%%\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://storage.example.net/token\"\nContent-Length: 0\n\n\n%%\nHTTP/1.1 200 OK\n\n{\"token\":\"t0ken\"}",
    "https://registry.example.com\nGET /v2/app/tags/list\n%%\nHTTP/1.1 308 Permanent Redirect\nLocation: ?again\nContent-Length: 0\n\n",
    "https://registry.example.com\nGET /v2/app/tags/list\n%%\nHTTP/1.1 200 OK\nLink: <>; rel=\"prev next\", <x>\nContent-Length: 1000000000\n\n[]",
    "pull\n",
    "pull\n\0\0\0\0\0\0",
    "pull\n\u{1}\0\0\0\0\0",
    "pull\n\u{2}\0\0\u{1}\0\u{3}",
];
