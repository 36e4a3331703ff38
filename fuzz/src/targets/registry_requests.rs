//! Requests to the reference registry, one after another, against a model of what it has to hold.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::{Method, Request};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_registry::server::{Code, Registry, Settings};
use seaworthy_registry::{Faults, SpecVersion};
use serde_json::Value;

use crate::messages::{self, Message, Pool};

/// Bounds that an input can reach.
const LIMIT: usize = 1 << 14;

/// Sends requests to the reference registry, which has no socket here.
///
/// The first message may be a version of the specification. In targets and bodies, `{digest}` is the
/// digest of the message's own body, `{digest:N}` and `{size:N}` are those of the body of another one,
/// and `{upload}` is where the last upload that was opened goes on.
///
/// # Panics
///
/// If an answer is not of the form that every answer has; or if what is served is not what was stored.
pub fn registry_requests(bytes: &[u8]) {
    if let Some(wrong) = wrong_with(Faults::default(), bytes) {
        panic!("{wrong}");
    }
}

/// What a registry with faults does wrong.
pub(crate) fn wrong_with(faults: Faults, bytes: &[u8]) -> Option<String> {
    run(faults, bytes, &mut |_, _| {}).err()
}

/// Which statuses and codes are answered to which methods.
pub(crate) fn shows(bytes: &[u8]) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let _ = run(Faults::default(), bytes, &mut |method, answer| {
        shown.insert(format!("{method} {} {:?}", answer.status, answer.codes()));
    });
    shown
}

fn run(faults: Faults, bytes: &[u8], seen: &mut dyn FnMut(&str, &Answer)) -> Result<(), String> {
    let mut pieces = messages::split(bytes);
    let version = std::str::from_utf8(pieces[0]).ok().and_then(|text| text.parse().ok());
    if version.is_some() {
        pieces.remove(0);
    }
    let version = version.unwrap_or(SpecVersion::Dev);
    let registry = Registry::new(Settings {
        version,
        faults,
        manifest_limit: LIMIT,
        blob_limit: LIMIT as u64,
        session_limit: 4,
        page: 2,
        ..Settings::default()
    });
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let mut model = Model::default();
    for piece in pieces {
        let message = Message::read(piece);
        let body = match std::str::from_utf8(&message.body) {
            Ok(text) => filled(text, &[], &bodies, "").into_bytes(),
            Err(_) => message.body,
        };
        bodies.push(body.clone());
        let (method, target) = message.start.split_once(' ').unwrap_or((&message.start, "/v2/"));
        let target = filled(target, &body, &bodies, &model.upload);
        let headers: Vec<(String, String)> = message
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, &body, &bodies, &model.upload)))
            .collect();
        let Some(answer) = ask(&registry, method, &target, &headers, &body) else { continue };
        seen(method, &answer);
        answer.is_in_form(method).map_err(|wrong| format!("{method} {target}: {wrong}, {answer:?}"))?;
        model.note(method, &target, &body, &answer).map_err(|wrong| format!("{method} {target}: {wrong}"))?;
    }
    if model.is_lost { Ok(()) } else { model.holds(&registry) }
}

/// Puts digests, sizes and the upload in their places.
fn filled(text: &str, own: &[u8], bodies: &[Vec<u8>], upload: &str) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let mut filled = text.replace("{digest}", &digest_of(Algorithm::Sha256, own)).replace("{upload}", upload);
    for (number, body) in bodies.iter().enumerate() {
        filled = filled.replace(&format!("{{digest:{number}}}"), &digest_of(Algorithm::Sha256, body));
        filled = filled.replace(&format!("{{size:{number}}}"), &body.len().to_string());
    }
    let end = (0..=filled.len().min(4 * LIMIT)).rev().find(|&at| filled.is_char_boundary(at));
    filled.truncate(end.unwrap_or(0));
    filled
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// Sends one request; nothing comes back if it cannot even be written down.
pub(crate) fn ask(
    registry: &Registry,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Option<Answer> {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).ok()?).uri(target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::copy_from_slice(body))).ok()?;
    let (head, body) = now(registry.handle(request)).into_parts();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers =
        head.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
    let bound = body.size_hint().upper();
    let body = now(body.collect()).ok()?.to_bytes();
    assert!(bound.is_none_or(|bound| body.len() as u64 <= bound), "a body longer than it says");
    Some(Answer { status: head.status.as_u16(), headers, body })
}

/// The result of a future that waits for nothing.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("a registry in memory waits for something");
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// The answer as bytes of HTTP/1.1, with another body.
    pub fn on_the_wire(&self, body: &[u8]) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} X\r\n", self.status);
        let headers = self.headers.iter().filter(|(name, _)| name != "content-length");
        headers.for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
        head += &format!("content-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    /// The codes of an error.
    fn codes(&self) -> Vec<String> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let errors = body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|error| error["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What holds of every answer.
    fn is_in_form(&self, method: &str) -> Result<(), String> {
        if self.body.len() > 1 << 20 {
            return Err(format!("a body of {} bytes", self.body.len()));
        }
        match self.status {
            200..=204 => Ok(()),
            206 => {
                let range = self.header("content-range").trim_start_matches("bytes ");
                let (first, last) =
                    range.split('/').next().and_then(|range| range.split_once('-')).unwrap_or_default();
                let (first, last) = (first.parse::<u64>(), last.parse::<u64>());
                match (first, last) {
                    (Ok(first), Ok(last))
                        if method == "HEAD"
                            || last.checked_sub(first) == Some(self.body.len() as u64 - 1) =>
                    {
                        Ok(())
                    }
                    _ => Err("a part that is not the one of its Content-Range".to_owned()),
                }
            }
            405 if self.header("allow").is_empty() => Err("405 without Allow".to_owned()),
            400..=499 => {
                let codes = self.codes();
                let is_known = |code: &String| Code::ALL.iter().any(|known| known.as_str() == code);
                let is_known = !codes.is_empty() && codes.iter().all(is_known);
                if is_known { Ok(()) } else { Err("no error as the specification has it".to_owned()) }
            }
            status => Err(format!("the status {status}")),
        }
    }
}

/// What a registry has to hold after what it has answered.
#[derive(Default)]
struct Model {
    /// Repository, `blobs` or `manifests`, and digest.
    content: BTreeSet<(String, &'static str, String)>,
    gone: BTreeSet<(String, &'static str, String)>,
    /// The digest of each tag of each repository.
    tags: BTreeMap<(String, String), String>,
    gone_tags: BTreeSet<(String, String)>,
    /// How much has arrived in each session.
    sessions: BTreeMap<String, u64>,
    /// Where the last upload that was opened goes on.
    upload: String,
    /// Whether something was deleted whose name is written in a way that is not followed here.
    is_lost: bool,
}

impl Model {
    fn note(&mut self, method: &str, target: &str, body: &[u8], answer: &Answer) -> Result<(), String> {
        let path = target.split('?').next().unwrap_or_default();
        let location = answer.header("location");
        match (method, answer.status) {
            ("POST", 202) => {
                location.clone_into(&mut self.upload);
                self.sessions.insert(location.to_owned(), 0);
            }
            ("PATCH", 202) | ("GET" | "HEAD", 204) => self.note_progress(method, body, answer)?,
            ("PUT" | "POST", 201) => {
                self.sessions.remove(path);
                self.note_stored(path, location, body, answer)?;
            }
            ("DELETE", 202 | 204) if path.contains('%') => self.is_lost = true,
            ("DELETE", 204) => drop(self.sessions.remove(path)),
            ("DELETE", 202) => self.note_deleted(path)?,
            _ => {}
        }
        Ok(())
    }

    fn note_progress(&mut self, method: &str, body: &[u8], answer: &Answer) -> Result<(), String> {
        let Some(size) = self.sessions.get_mut(answer.header("location")) else {
            return Err("an upload that nobody opened".to_owned());
        };
        *size += if method == "PATCH" { body.len() as u64 } else { 0 };
        let wanted = format!("0-{}", size.saturating_sub(1));
        if answer.header("range") == wanted { Ok(()) } else { Err(format!("no Range of {wanted}")) }
    }

    fn note_stored(
        &mut self,
        path: &str,
        location: &str,
        body: &[u8],
        answer: &Answer,
    ) -> Result<(), String> {
        let Some((repository, kind, digest)) = place(location) else {
            return Err(format!("stored at {location:?}"));
        };
        if kind == "manifests" {
            let told = answer.header("docker-content-digest");
            if told != digest || !is_of(digest, body) {
                return Err("the digest is not that of the manifest".to_owned());
            }
            let named = path.rsplit('/').next().filter(|name| !path.contains('%') && !name.contains(':'));
            self.is_lost |= path.contains('%');
            for tag in
                named.into_iter().chain(answer.header("oci-tag").split(", ")).filter(|tag| !tag.is_empty())
            {
                let tag = (repository.to_owned(), tag.to_owned());
                self.gone_tags.remove(&tag);
                self.tags.insert(tag, digest.to_owned());
            }
        }
        let place = (repository.to_owned(), kind, digest.to_owned());
        self.gone.remove(&place);
        self.content.insert(place);
        Ok(())
    }

    fn note_deleted(&mut self, path: &str) -> Result<(), String> {
        let Some((repository, kind, name)) = place(path) else {
            return Err("deleted something else".to_owned());
        };
        if !name.contains(':') {
            let tag = (repository.to_owned(), name.to_owned());
            if self.tags.remove(&tag).is_none() {
                return Err("deleted a tag that was not there".to_owned());
            }
            self.gone_tags.insert(tag);
            return Ok(());
        }
        let place = (repository.to_owned(), kind, name.to_owned());
        if !self.content.remove(&place) {
            return Err("deleted what was not there".to_owned());
        }
        if kind == "manifests" {
            self.tags.retain(|(in_repository, _), digest| in_repository != repository || digest != name);
        }
        self.gone.insert(place);
        Ok(())
    }

    /// Whether the registry holds what it should, and nothing of what it should not.
    fn holds(&self, registry: &Registry) -> Result<(), String> {
        let get = |path: &str| ask(registry, "GET", path, &[], b"").ok_or("a name that is none".to_owned());
        for (repository, kind, digest) in &self.content {
            let answer = get(&format!("/v2/{repository}/{kind}/{digest}"))?;
            if answer.status != 200 || !is_of(digest, &answer.body) {
                return Err(format!("{digest} of {repository} is served as {answer:?}"));
            }
        }
        for (repository, kind, digest) in &self.gone {
            let status = get(&format!("/v2/{repository}/{kind}/{digest}"))?.status;
            if status != 404 {
                return Err(format!("{digest} of {repository} was deleted, and is answered with {status}"));
            }
        }
        for (repository, tag) in &self.gone_tags {
            let status = get(&format!("/v2/{repository}/manifests/{tag}"))?.status;
            if status != 404 {
                return Err(format!(
                    "the tag {tag} of {repository} was deleted, and is answered with {status}"
                ));
            }
        }
        let mut by_repository: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for ((repository, tag), digest) in &self.tags {
            let answer = get(&format!("/v2/{repository}/manifests/{tag}"))?;
            if answer.status != 200 || !is_of(digest, &answer.body) {
                return Err(format!("{tag} of {repository} is not {digest} but {answer:?}"));
            }
            by_repository.entry(repository).or_default().push(tag);
        }
        for (repository, tags) in by_repository {
            let body: Value = serde_json::from_slice(&get(&format!("/v2/{repository}/tags/list"))?.body)
                .unwrap_or_default();
            let listed = body["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
            let listed: BTreeSet<&str> = listed.iter().filter_map(Value::as_str).collect();
            if listed != tags.iter().copied().collect() {
                return Err(format!("{repository} lists {listed:?} instead of {tags:?}"));
            }
        }
        Ok(())
    }
}

/// The repository, the kind and the name of content.
fn place(path: &str) -> Option<(&str, &'static str, &str)> {
    let path = path.strip_prefix("/v2/")?;
    let (at, kind) = ["blobs", "manifests"]
        .into_iter()
        .filter_map(|kind| Some((path.rfind(&format!("/{kind}/"))?, kind)))
        .max()?;
    Some((&path[..at], kind, &path[at + kind.len() + 2..]))
}

/// Whether a digest is that of some bytes.
fn is_of(digest: &str, bytes: &[u8]) -> bool {
    Algorithm::ALL.into_iter().any(|algorithm| digest_of(algorithm, bytes) == digest)
}

/// What requests are made of.
pub(crate) const POOL: Pool = Pool {
    starts: &[
        "GET /v2/",
        "POST /v2/a/blobs/uploads/",
        "POST /v2/a/blobs/uploads/?digest={digest}",
        "POST /v2/b/c/blobs/uploads/?mount={digest:0}&from=a",
        "POST /v2/b/c/blobs/uploads/?mount={digest:1}",
        "POST /v2/a/blobs/uploads/?digest-algorithm=sha512",
        "PATCH {upload}",
        "PUT {upload}?digest={digest}",
        "PUT {upload}?digest={digest:0}",
        "GET {upload}",
        "DELETE {upload}",
        "GET /v2/a/blobs/{digest:0}",
        "HEAD /v2/a/blobs/{digest:0}",
        "DELETE /v2/a/blobs/{digest:0}",
        "PUT /v2/a/manifests/v1",
        "PUT /v2/a/manifests/{digest}",
        "PUT /v2/a/manifests/{digest}?tag=v2&tag=v3",
        "GET /v2/a/manifests/v1",
        "HEAD /v2/a/manifests/v1",
        "DELETE /v2/a/manifests/v1",
        "GET /v2/a/manifests/{digest:2}",
        "DELETE /v2/a/manifests/{digest:2}",
        "GET /v2/a/tags/list?n=1&last=v1",
        "GET /v2/a/referrers/{digest:2}",
        "GET /v2/a/referrers/{digest:2}?artifactType=application/x",
        "GET /v2/%61/blobs/{digest:0}",
        "GET /v2/../a/tags/list",
        "OPTIONS /v2/a/tags/list",
    ],
    headers: &[
        "Content-Type: application/vnd.oci.image.manifest.v1+json",
        "Content-Type: application/vnd.oci.image.index.v1+json",
        "Content-Type: application/octet-stream",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Range: 0-3",
        "Content-Range: 4-7",
        "Content-Range: 9-1",
        "Range: bytes=0-1",
        "Range: bytes=-1",
        "Range: bytes=99-",
        "Range: bytes=18446744073709551615-18446744073709551615",
        "Accept: text/html",
        "Content-Length: 3",
    ],
    bodies: &[
        "",
        "blob",
        "{}",
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{digest:0}","size":{size:0}},"layers":[]}"#,
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/x","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{digest:0}","size":{size:0}},"layers":[],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{digest:2}","size":{size:2}}}"#,
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{digest:2}","size":{size:2}}]}"#,
    ],
};

/// Conversations that registries have.
pub(crate) const SEEDS: &[&str] = &[
    "GET /v2/",
    "POST /v2/a/blobs/uploads/?digest={digest}\n\nblob\n%%\nGET /v2/a/blobs/{digest:0}\nRange: bytes=1-2\n%%\nDELETE /v2/a/blobs/{digest:0}\n%%\nGET /v2/a/blobs/{digest:0}",
    "POST /v2/a/blobs/uploads/\n%%\nPATCH {upload}\nContent-Range: 0-3\n\nblob\n%%\nGET {upload}\n%%\nPUT {upload}?digest={digest:1}",
    "POST /v2/a/blobs/uploads/?digest={digest}\n\n{}\n%%\nGET /v2/\n%%\nPUT /v2/a/manifests/v1\n\n{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"{digest:0}\",\"size\":{size:0}},\"layers\":[]}\n%%\nGET /v2/a/manifests/v1\n%%\nPUT /v2/a/manifests/{digest}?tag=v2&tag=v3\n\n{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"artifactType\":\"application/x\",\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"{digest:0}\",\"size\":{size:0}},\"layers\":[],\"subject\":{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"{digest:2}\",\"size\":{size:2}}}\n%%\nGET /v2/a/referrers/{digest:2}\n%%\nGET /v2/a/tags/list?n=1\n%%\nDELETE /v2/a/manifests/{digest:2}",
    "GET /v2/\n\nblob\n%%\nPOST /v2/a/blobs/uploads/?digest={digest:0}\n\nother\n%%\nPUT /v2/a/manifests/{digest:0}\nContent-Type: application/vnd.oci.image.index.v1+json\n\n{\"schemaVersion\":2,\"manifests\":[]}",
    "PUT /v2/a/manifests/v1\nContent-Type: application/vnd.oci.image.index.v1+json\n\n{\"schemaVersion\":2,\"manifests\":[]}\n \n%%\nGET /v2/a/manifests/v1\n%%\nDELETE /v2/a/manifests/v1\n%%\nGET /v2/a/tags/list",
    "1.0.1\n%%\nPOST /v2/a/blobs/uploads/?digest={digest}\n\nblob\n%%\nPOST /v2/b/c/blobs/uploads/?mount={digest:0}&from=a\n%%\nGET /v2/b/c/blobs/{digest:0}",
    "1.1.1\n%%\nPUT /v2/a/manifests/v1\nContent-Type: application/vnd.oci.image.index.v1+json\n\n{\"schemaVersion\":2,\"manifests\":[]}\n%%\nPUT /v2/a/manifests/v1\nContent-Type: application/vnd.oci.image.index.v1+json\n\n{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a\":\"b\"}}\n%%\nDELETE /v2/a/manifests/v1",
];
