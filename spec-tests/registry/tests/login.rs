//! Logging in: what the client shows to whom, and what the reference registry lets whom do.
//!
//! The servers here write down what they are asked. All of 127.0.0.0/8 is this machine, so there are
//! other hosts enough.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use seaworthy_registry::SpecVersion;
use seaworthy_registry::client::{Client, Connection, Credentials, Request};
use seaworthy_registry::server::access::{Access, Action, Right, Scheme, User};
use seaworthy_registry::server::{Registry, Settings, serve};
use seaworthy_registry::session::{Content, close_upload};
use seaworthy_registry::suite::{self, Plan};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const SECRET: &str = "c29tZWJvZHk6czNjcmV0";
const BASIC: &str = "Basic c29tZWJvZHk6czNjcmV0";

fn somebody() -> Credentials {
    Credentials { username: "somebody".to_owned(), password: "s3cret".to_owned() }
}

/// What a server was asked: the method and the target, and the `Authorization` header.
type Asked = (String, Option<String>);

/// What a server answers: a status, and headers.
type Answer = (u16, Vec<(&'static str, String)>, String);

/// A server that writes down what it is asked.
struct Recorder {
    /// Scheme, host and port.
    origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Recorder {
    /// Listens at an address; `answer` gets the target and the `Authorization` header.
    async fn start(
        host: &str,
        tls: Option<TlsAcceptor>,
        answer: impl Fn(&str, Option<&str>) -> Answer + Send + Sync + 'static,
    ) -> Recorder {
        let listener = TcpListener::bind((host, 0)).await.expect("a port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://{}", listener.local_addr().expect("an address"));
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let recorder = Recorder { origin, asked: asked.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, asked, answer) = (tls.clone(), asked.clone(), answer.clone());
                tokio::spawn(async move {
                    match tls {
                        None => talk(stream, &asked, answer.as_ref()).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                talk(stream, &asked, answer.as_ref()).await;
                            }
                        }
                    }
                });
            }
        });
        recorder
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics here").clone()
    }

    /// What it was shown for each request.
    fn shown(&self) -> Vec<Option<String>> {
        self.asked().into_iter().map(|(_, authorization)| authorization).collect()
    }

    fn client(&self) -> Client {
        let base = self.origin.parse().expect("a URL");
        let connection =
            Connection { insecure: true, credentials: Some(somebody()), ..Connection::new(base) };
        Client::new(connection).expect("a client")
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    asked: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&str, Option<&str>) -> Answer + Send + Sync),
) {
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
        let authorization = request.headers().get("authorization");
        let authorization = authorization.map(|value| value.to_str().unwrap_or_default().to_owned());
        let target = request.uri().to_string();
        asked.lock().expect("nobody panics here").push((target.clone(), authorization.clone()));
        let (status, headers, body) = answer(&target, authorization.as_deref());
        let mut response = hyper::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Ok::<_, Infallible>(response.body(Full::new(Bytes::from(body))).expect("an answer"))
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A certificate that nobody trusts; the clients here trust everybody.
fn tls() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().and_then(
            |builder| builder.with_no_client_auth().with_single_cert(vec![made.cert.into()], key.into()),
        );
    TlsAcceptor::from(Arc::new(config.expect("a configuration")))
}

fn ok() -> Answer {
    (200, Vec::new(), "{}".to_owned())
}

fn challenge(challenge: impl Into<String>) -> Answer {
    (401, vec![("WWW-Authenticate", challenge.into())], String::new())
}

fn to(location: String) -> Answer {
    (307, vec![("Location", location)], String::new())
}

fn token(token: &str) -> Answer {
    (200, Vec::new(), format!("{{\"token\":\"{token}\",\"expires_in\":300}}"))
}

/// A registry that hands over to wherever `realm` says.
async fn registry(host: &str, tls: Option<TlsAcceptor>, challenges: Vec<String>) -> Recorder {
    Recorder::start(host, tls, move |_, authorization| match authorization {
        Some("Bearer t0ken") => ok(),
        _ => {
            let headers = challenges.iter().map(|value| ("WWW-Authenticate", value.clone())).collect();
            (401, headers, String::new())
        }
    })
    .await
}

async fn status(client: &Client, target: &str) -> u16 {
    client.send(Request::new("GET", target)).await.expect("an answer").status
}

const BLOB: &str = "/v2/a/blobs/sha256:x";

/// REG-01: whoever holds a layer elsewhere is not the registry, and its challenges are nobody's business.
#[tokio::test]
async fn challenges_of_others_are_not_answered() {
    for of_bearer in [false, true] {
        let tokens = Recorder::start("127.0.0.2", Some(tls()), |_, _| token("t0ken")).await;
        let realm = tokens.origin.clone();
        let other = Recorder::start("127.0.0.2", None, move |_, _| match of_bearer {
            true => challenge(format!("Bearer realm=\"{realm}\"")),
            false => challenge("Basic realm=\"x\""),
        })
        .await;
        let registry = Recorder::start("127.0.0.1", None, |_, _| ok()).await;
        let client = registry.client();
        let answer = client.send(Request::new("GET", format!("{}/layer", other.origin))).await;
        assert_eq!(answer.expect("an answer").status, 401);
        assert_eq!(other.shown(), [None]);
        assert!(tokens.asked().is_empty());
    }
}

/// REG-02: a redirect to another origin takes nothing along, and one within the registry does.
#[tokio::test]
async fn redirects_to_another_origin_take_no_credentials() {
    for host in ["127.0.0.1", "127.0.0.2"] {
        // The other one asks for credentials itself, in vain.
        let other = Recorder::start(host, None, |_, _| challenge("Basic realm=\"x\"")).await;
        let target = format!("{}/layer", other.origin);
        let registry = Recorder::start("127.0.0.1", None, move |path, shown| match shown {
            Some(BASIC) if path == "/v2/a/moved" => to(BLOB.to_owned()),
            Some(BASIC) if path == BLOB => to(target.clone()),
            _ => challenge("Basic realm=\"r\""),
        })
        .await;
        let client = registry.client();
        assert_eq!(status(&client, "/v2/a/moved").await, 401);
        assert_eq!(other.shown(), [None], "{host}");
        let shown = registry.shown();
        assert!(shown.iter().skip(1).filter(|shown| shown.is_some()).count() >= 2, "{shown:?}");
    }
}

#[tokio::test]
async fn redirects_that_come_back_are_followed_by_nobody_in_particular() {
    let there = Arc::new(Mutex::new(String::new()));
    let back = there.clone();
    let other =
        Recorder::start("127.0.0.2", None, move |_, _| to(back.lock().unwrap().clone() + "/v2/secret/x"))
            .await;
    let target = other.origin.clone();
    let registry = Recorder::start("127.0.0.1", None, move |path, shown| match shown {
        Some(BASIC) if path == BLOB => to(target.clone()),
        Some(_) => ok(),
        None => challenge("Basic realm=\"r\""),
    })
    .await;
    *there.lock().unwrap() = registry.origin.clone();
    let client = registry.client();
    assert_eq!(status(&client, BLOB).await, 401);
    assert_eq!(other.shown(), [None]);
    let last = registry.asked().pop().expect("a request");
    assert_eq!(last, ("/v2/secret/x".to_owned(), None));
}

#[tokio::test]
async fn redirects_from_tls_to_none_take_no_credentials() {
    let open = Recorder::start("127.0.0.1", None, |_, _| ok()).await;
    let target = open.origin.clone();
    let registry = Recorder::start("127.0.0.1", Some(tls()), move |_, shown| match shown {
        Some(_) => to(target.clone()),
        None => challenge("Basic realm=\"r\""),
    })
    .await;
    assert_eq!(status(&registry.client(), BLOB).await, 200);
    assert_eq!(open.shown(), [None]);
    assert_eq!(registry.shown(), [None, Some(BASIC.to_owned())]);
}

/// REG-03: who is shown the credentials to get a token. `shown` is what the token server sees, if it is asked.
async fn realm(at: &str, realm_tls: bool, registry_tls: bool, shown: &[Option<&str>], wanted: u16) {
    let what = format!("realm at {at}, TLS {realm_tls}; registry with TLS {registry_tls}");
    let tokens = Recorder::start(at, realm_tls.then(tls), |_, _| token("t0ken")).await;
    let challenge =
        format!("Bearer realm=\"{}/token\",service=\"s\",scope=\"repository:a:pull\"", tokens.origin);
    let registry = registry("127.0.0.1", registry_tls.then(tls), vec![challenge]).await;
    assert_eq!(status(&registry.client(), BLOB).await, wanted, "{what}");
    let found = tokens.asked();
    let found: Vec<Option<&str>> = found.iter().map(|(_, shown)| shown.as_deref()).collect();
    assert_eq!(found, shown, "{what}");
    if !shown.is_empty() {
        assert_eq!(tokens.asked()[0].0, "/token?service=s&scope=repository%3Aa%3Apull");
    }
    // Nothing but the token ever goes to the registry.
    let seen = registry.shown();
    assert!(seen.iter().flatten().all(|shown| shown == "Bearer t0ken"), "{what}: {seen:?}");
}

#[tokio::test]
async fn credentials_go_to_realms_that_are_trusted() {
    // On another host, as Docker's hub has it.
    realm("127.0.0.2", true, true, &[Some(BASIC)], 200).await;
    realm("127.0.0.2", true, false, &[Some(BASIC)], 200).await;
    realm("127.0.0.1", true, true, &[Some(BASIC)], 200).await;
    // A registry without TLS, and its realm on the same machine.
    realm("127.0.0.1", false, false, &[Some(BASIC)], 200).await;
    // The others hand out what everybody may have.
    realm("127.0.0.2", false, false, &[None], 200).await;
    realm("127.0.0.2", false, true, &[None], 200).await;
    realm("127.0.0.1", false, true, &[None], 200).await;
}

#[tokio::test]
async fn realms_that_are_none() {
    let tokens = Recorder::start("127.0.0.1", None, |_, _| token("t0ken")).await;
    let host = tokens.origin.strip_prefix("http://").expect("a scheme").to_owned();
    let good = format!("Bearer realm=\"http://{host}/token\"");
    for (challenges, wanted) in [
        (vec!["Bearer realm=\"file:///etc/passwd\"".to_owned()], 401),
        (vec![format!("Bearer realm=\"http://user:password@{host}/token\"")], 401),
        (vec!["Bearer realm=\"/token\"".to_owned()], 401),
        (vec!["Bearer realm=\"\"".to_owned()], 401),
        (vec!["Bearer realm=\"unclosed".to_owned(), "=, ,\"".to_owned()], 401),
        (vec!["Bearer".to_owned()], 401),
        (vec!["Negotiate x".to_owned(), good.clone()], 200),
        (vec![format!("Digest realm=\"a \\\"b\\\" Basic realm=x\", {good}")], 200),
        (vec!["Bearer realm=\"file:///etc/passwd\"".to_owned(), good.clone()], 200),
    ] {
        let registry = registry("127.0.0.1", None, challenges.clone()).await;
        assert_eq!(status(&registry.client(), BLOB).await, wanted, "{challenges:?}");
        let seen = registry.shown();
        assert!(seen.iter().flatten().all(|shown| shown == "Bearer t0ken"), "{challenges:?}: {seen:?}");
    }
    assert_eq!(tokens.shown(), vec![Some(BASIC.to_owned()); 3]);
}

/// REG-04: where a realm redirects to is not asked. Addresses are tested beside the code.
#[tokio::test]
async fn realms_that_redirect_lead_nowhere() {
    let other = Recorder::start("127.0.0.1", None, |_, _| token("t0ken")).await;
    let target = other.origin.clone();
    let tokens = Recorder::start("127.0.0.1", None, move |_, _| to(target.clone())).await;
    let challenge = format!("Bearer realm=\"{}\"", tokens.origin);
    let registry = registry("127.0.0.1", None, vec![challenge]).await;
    assert_eq!(status(&registry.client(), BLOB).await, 401);
    assert_eq!(tokens.asked().len(), 1);
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn tokens_that_are_none() {
    for answer in [
        "{}",
        "{\"token\":7}",
        "{\"token\":\"\"}",
        "{\"token\":\"a\\r\\nHost: b\"}",
        "not JSON",
        &format!("{{\"token\":\"{}\"}}", "x".repeat(2 << 20)),
    ] {
        let answer = answer.to_owned();
        let tokens = Recorder::start("127.0.0.1", None, move |_, _| (200, Vec::new(), answer.clone())).await;
        let registry = registry("127.0.0.1", None, vec![format!("Bearer realm=\"{}\"", tokens.origin)]).await;
        assert_eq!(status(&registry.client(), BLOB).await, 401);
        assert_eq!(registry.shown(), [None]);
    }
}

/// REG-05: an upload that goes on elsewhere goes on without credentials.
#[tokio::test]
async fn uploads_that_go_on_elsewhere_take_no_credentials() {
    let other = Recorder::start("127.0.0.2", None, |_, _| (201, Vec::new(), String::new())).await;
    let elsewhere = other.origin.clone();
    let registry = Recorder::start("127.0.0.1", None, move |target, shown| {
        let location = match target {
            "/v2/elsewhere/blobs/uploads/" => format!("{elsewhere}/upload?state=x#part"),
            _ => "/v2/here/upload?state=x#part".to_owned(),
        };
        match shown {
            None => challenge("Basic realm=\"r\""),
            Some(_) => (202, vec![("Location", location)], String::new()),
        }
    })
    .await;
    let client = registry.client();
    for repository in ["elsewhere", "here"] {
        let open = Request::new("POST", format!("/v2/{repository}/blobs/uploads/"));
        let location = client.send(open).await.expect("an answer").location().expect("a Location");
        client.send(close_upload(&location, "sha256:x").body("x")).await.expect("an answer");
    }
    assert_eq!(other.asked(), [("/upload?state=x&digest=sha256%3Ax".to_owned(), None)]);
    let here: Vec<Asked> =
        registry.asked().into_iter().filter(|(target, _)| target.starts_with("/v2/here/upload")).collect();
    assert!(!here.is_empty() && here.iter().any(|(_, shown)| shown.as_deref() == Some(BASIC)), "{here:?}");
}

/// Nothing that is kept as evidence tells the credentials.
#[tokio::test]
async fn exchanges_do_not_show_credentials() {
    let registry = Recorder::start("127.0.0.1", None, |_, shown| match shown {
        Some(_) => ok(),
        None => challenge("Basic realm=\"r\""),
    })
    .await;
    let answer = registry.client().send(Request::new("GET", BLOB)).await.expect("an answer");
    assert_eq!(registry.shown(), [None, Some(BASIC.to_owned())]);
    let told = format!("{:?} {}", answer.exchange, answer.exchange.curl());
    assert!(!told.contains(SECRET) && !told.contains("s3cret"), "{told}");
}

/// The reference registry on a port, with users who may do different things.
async fn guarded(scheme: Scheme, token_lifetime: Duration, anonymous: Vec<Right>) -> String {
    let user = |name: &str, rights: Vec<Right>| User {
        credentials: Credentials { username: name.to_owned(), password: "s3cret".to_owned() },
        rights,
    };
    let users = vec![
        user("somebody", vec![Right::all()]),
        user("reader", vec![Right::to("open/*", &[Action::Pull])]),
        user("team", vec![Right::to("team/*", &Action::ALL), Right::to("open/*", &[Action::Pull])]),
    ];
    let access = Access { users, anonymous, token_lifetime, ..Access::new(scheme, []) };
    let registry = Registry::new(Settings { access: Some(access), ..Settings::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(serve::serve(Arc::new(registry), listener));
    base
}

fn visitor(base: &str, username: Option<&str>, password: &str) -> Client {
    let credentials =
        username.map(|username| Credentials { username: username.to_owned(), password: password.to_owned() });
    Client::new(Connection { credentials, ..Connection::new(base.parse().expect("a URL")) })
        .expect("a client")
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_they_may() {
    for scheme in [Scheme::Basic, Scheme::Bearer] {
        let base = guarded(scheme, MINUTE, vec![Right::to("open/*", &[Action::Pull])]).await;
        let owner = visitor(&base, Some("somebody"), "s3cret");
        let blob = Content::new("content");
        for repository in ["open/a", "closed/a", "team/a"] {
            let open = Request::new("POST", format!("/v2/{repository}/blobs/uploads/"));
            let upload = owner.send(open).await.expect("an answer").location().expect("a Location");
            let closed = owner.send(close_upload(&upload, &blob.digest).body("content")).await;
            assert_eq!(closed.expect("an answer").status, 201);
        }
        for (name, password, method, path, wanted) in [
            (None, "", "GET", "", 200),
            (None, "", "GET", "open/a/blobs/D", 200),
            (None, "", "GET", "closed/a/blobs/D", 401),
            (None, "", "POST", "open/a/blobs/uploads/", 401),
            (Some("nobody"), "s3cret", "GET", "closed/a/blobs/D", 401),
            (Some("somebody"), "wrong", "GET", "closed/a/blobs/D", 401),
            (Some("somebody"), "s3cret", "GET", "", 200),
            (Some("somebody"), "s3cret", "GET", "closed/a/blobs/D", 200),
            (Some("reader"), "s3cret", "GET", "open/a/blobs/D", 200),
            (Some("reader"), "s3cret", "GET", "closed/a/blobs/D", 403),
            (Some("reader"), "s3cret", "POST", "open/a/blobs/uploads/", 403),
            (Some("reader"), "s3cret", "DELETE", "open/a/blobs/D", 403),
            (Some("team"), "s3cret", "POST", "team/a/blobs/uploads/", 202),
            (Some("team"), "s3cret", "POST", "open/a/blobs/uploads/", 403),
            // A blob is mounted from where one may read, and from nowhere else, named or not.
            (Some("team"), "s3cret", "POST", "team/b/blobs/uploads/?mount=D&from=open/a", 201),
            (Some("team"), "s3cret", "POST", "team/c/blobs/uploads/?mount=D&from=closed/a", 202),
            (Some("team"), "s3cret", "DELETE", "team/a/blobs/D", 202),
        ] {
            let path = format!("/v2/{}", path.replace('D', &blob.digest));
            let client = visitor(&base, name, password);
            let answer = client.send(Request::new(method, path.clone())).await.expect("an answer");
            assert_eq!(answer.status, wanted, "{scheme:?} {name:?} {method} {path}");
            match answer.status {
                401 => {
                    assert_eq!(answer.error_codes(), ["UNAUTHORIZED"]);
                    assert!(answer.header("www-authenticate").is_some());
                }
                403 => assert_eq!(answer.error_codes(), ["DENIED"]),
                _ => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_that_only_others_may_read_is_not_mounted() {
    let base = guarded(Scheme::Basic, MINUTE, Vec::new()).await;
    let owner = visitor(&base, Some("somebody"), "s3cret");
    let blob = Content::new("only here");
    let open = Request::new("POST", "/v2/closed/a/blobs/uploads/");
    let upload = owner.send(open).await.expect("an answer").location().expect("a Location");
    owner.send(close_upload(&upload, &blob.digest).body("only here")).await.expect("an answer");
    let team = visitor(&base, Some("team"), "s3cret");
    let mount = Request::new("POST", format!("/v2/team/a/blobs/uploads/?mount={}", blob.digest));
    assert_eq!(team.send(mount.clone()).await.expect("an answer").status, 202);
    assert_eq!(owner.send(mount).await.expect("an answer").status, 201);
}

/// Tokens end in the middle of a run, which goes on with others.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed() {
    let base = guarded(Scheme::Bearer, Duration::from_secs(1), Vec::new()).await;
    let client = visitor(&base, Some("somebody"), "s3cret");
    let open = Request::new("POST", "/v2/a/blobs/uploads/");
    let upload = client.send(open).await.expect("an answer").location().expect("a Location");
    let mut upload = upload.to_string();
    for at in 0..4 {
        let chunk = Request::new("PATCH", upload).header("Content-Range", format!("{at}-{at}")).body("x");
        let answer = client.send(chunk).await.expect("an answer");
        assert_eq!(answer.status, 202);
        upload = answer.location().expect("a Location").to_string();
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let closed =
        client.send(close_upload(&upload.parse().expect("a URL"), &Content::new("xxxx").digest)).await;
    assert_eq!(closed.expect("an answer").status, 201);
}

/// A registry that says of every token that it is no good is not asked for ever.
#[tokio::test]
async fn a_registry_that_is_never_content_is_given_up() {
    let tokens = Recorder::start("127.0.0.1", None, |_, _| token("another")).await;
    let registry = registry("127.0.0.1", None, vec![format!("Bearer realm=\"{}\"", tokens.origin)]).await;
    assert_eq!(status(&registry.client(), BLOB).await, 401);
    assert_eq!(registry.asked().len(), 2);
    let registry = self::registry("127.0.0.1", None, vec!["Basic realm=\"r\"".to_owned()]).await;
    let client = registry.client();
    for wanted in [2, 3] {
        assert_eq!(status(&client, BLOB).await, 401);
        assert_eq!(registry.asked().len(), wanted);
    }
}

/// The whole suite gets along with Basic as well; with tokens it runs in the proofs.
#[tokio::test(flavor = "multi_thread")]
async fn the_suite_logs_in() {
    let base = guarded(Scheme::Basic, MINUTE, Vec::new()).await;
    let mut plan = Plan::new(SpecVersion::V1_1_1);
    plan.except = vec!["push/manifest-size".to_owned()];
    let report = suite::run(visitor(&base, Some("somebody"), "s3cret"), &plan).await;
    let broken: Vec<_> = report
        .results
        .iter()
        .filter(|checked| !checked.findings.is_empty())
        .map(|checked| &checked.requirement.id)
        .collect();
    assert!(report.conforms() && broken.is_empty(), "{broken:?}");
}
