//! A registry that is only read: the requirements that can be checked with what it has already.

use seaworthy_image::digest::{Algorithm, digest_of};
use serde_json::Value;

use crate::client::{Answer, Request};
use crate::discovery::tags_order;
use crate::list::Requirement;
use crate::session::{Session, Shared, Stop, blocked, pull_blob, pull_manifest, tags_of};

/// What is known to be in a repository. What is not told is found out, as far as that is possible:
/// tags from their list, the manifest from the first tag, and blobs from the manifest.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The repository.
    pub repository: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Digests of manifests.
    pub manifests: Vec<String>,
    /// Digests of blobs.
    pub blobs: Vec<String>,
    /// Digests that manifests refer to as their subject.
    pub subjects: Vec<String>,
}

/// How many of each kind are found out, where none is told.
const FOUND_OUT: usize = 3;

/// Finds out what is not told.
pub(crate) async fn complete(shared: &Shared, mut given: Given) -> Given {
    let repository = &given.repository;
    if given.tags.is_empty() {
        let list = shared.send_aside(Request::new("GET", format!("/v2/{repository}/tags/list"))).await;
        let tags = list.ok().and_then(|answer| tags_of(&answer)).unwrap_or_default();
        given.tags = tags.into_iter().take(FOUND_OUT).collect();
    }
    if given.manifests.is_empty()
        && let Some(tag) = given.tags.first()
        && let Ok(answer) = shared.send_aside(pull_manifest(repository, tag)).await
        && answer.status == 200
    {
        given.manifests.push(digest_of(Algorithm::Sha256, &answer.body));
    }
    if given.blobs.is_empty()
        && let Some(digest) = given.manifests.first()
        && let Ok(answer) = shared.send_aside(pull_manifest(repository, digest)).await
    {
        given.blobs = blobs_of(&answer);
    }
    given
}

/// The configuration and the layers of a manifest.
fn blobs_of(manifest: &Answer) -> Vec<String> {
    let manifest: Value = serde_json::from_slice(&manifest.body).unwrap_or_default();
    let layers = manifest["layers"].as_array().cloned().unwrap_or_default();
    let descriptors = std::iter::once(manifest["config"].clone()).chain(layers);
    // More than this is not worth its time for what is checked.
    const SIZE: u64 = 16 << 20;
    let small = descriptors.filter(|one| one["size"].as_u64().is_some_and(|size| size <= SIZE));
    small.filter_map(|one| one["digest"].as_str().map(str::to_owned)).take(FOUND_OUT).collect()
}

/// Checks a requirement without pushing anything.
pub(crate) async fn check(session: &mut Session, requirement: &'static Requirement) -> Result<(), Stop> {
    let Some(given) = session.given().cloned() else { return Ok(()) };
    let skip = |what: &str| Err(Stop::Skip(what.to_owned()));
    let repository = given.repository.as_str();
    let absent = digest_of(Algorithm::Sha256, session.unique().as_bytes());
    match requirement.id.as_str() {
        "common/base-endpoint" => return (requirement.rule.check)(session).await,
        "pull/manifest-by-tag" if given.tags.is_empty() => {
            return skip("no tag is given, and none is listed");
        }
        "pull/manifest-by-tag" => {
            for tag in &given.tags {
                let answer = session.send(pull_manifest(repository, tag)).await?;
                session.expect_status(&answer, &[200]);
            }
        }
        "pull/blob"
        | "pull/blob-head"
        | "pull/blob-digest-header"
        | "pull/blob-digest-value"
        | "pull/blob-range"
            if given.blobs.is_empty() =>
        {
            return skip("no blob is given, and none is found in a manifest");
        }
        "pull/blob" => {
            for digest in &given.blobs {
                let answer = session.send(pull_blob(repository, digest)).await?;
                if session.expect_status(&answer, &[200]) {
                    expect_content(session, &answer, digest);
                }
            }
        }
        "pull/blob-head" => {
            for digest in &given.blobs {
                let answer = session.send(head(repository, "blobs", digest)).await?;
                session.expect_status(&answer, &[200]);
            }
        }
        "pull/blob-digest-header" => {
            let answer = pulled(session, pull_blob(repository, &given.blobs[0]), "pull/blob").await?;
            expect_digest_header(session, &answer);
        }
        "pull/blob-digest-value" => {
            let answer = pulled(session, pull_blob(repository, &given.blobs[0]), "pull/blob").await?;
            let told = answer.header("docker-content-digest").map(str::to_owned);
            let is_right = told.as_ref().is_none_or(|told| is_digest_of(told, &answer.body));
            session.expect(&answer, is_right, told.unwrap_or_default(), "the digest of the body");
        }
        "pull/blob-range" => {
            let request = pull_blob(repository, &given.blobs[0]).header("Range", "bytes=0-0");
            let answer = session.send(request).await?;
            let is_part = answer.status == 206 && answer.body.len() == 1;
            session.expect(&answer, is_part, answer.status.to_string(), "206 with one byte");
        }
        "pull/manifest-by-digest"
        | "pull/manifest-head"
        | "pull/head-digest"
        | "pull/head-length"
        | "pull/manifest-content-type"
        | "pull/manifest-digest-header"
        | "pull/manifest-content-type-parameters"
            if given.manifests.is_empty() =>
        {
            return skip("no manifest is given, and none has a tag");
        }
        "pull/manifest-by-digest" => {
            for digest in &given.manifests {
                let answer = session.send(pull_manifest(repository, digest)).await?;
                if session.expect_status(&answer, &[200]) {
                    expect_content(session, &answer, digest);
                }
            }
        }
        "pull/manifest-head" => {
            for digest in &given.manifests {
                let answer = session.send(head(repository, "manifests", digest)).await?;
                session.expect_status(&answer, &[200]);
            }
        }
        "pull/head-digest" => {
            let request = head(repository, "manifests", &given.manifests[0]);
            let answer = pulled(session, request, "pull/manifest-head").await?;
            expect_digest_header(session, &answer);
        }
        "pull/head-length" => {
            let whole = pull_manifest(repository, &given.manifests[0]);
            let whole = pulled(session, whole, "pull/manifest-by-digest").await?;
            let request = head(repository, "manifests", &given.manifests[0]);
            let answer = pulled(session, request, "pull/manifest-head").await?;
            let (told, wanted) = (answer.header("content-length"), whole.body.len().to_string());
            let found = told.unwrap_or("no Content-Length").to_owned();
            session.expect(&answer, found == wanted, found, wanted);
        }
        "pull/manifest-content-type" => {
            let request = pull_manifest(repository, &given.manifests[0]);
            let answer = pulled(session, request, "pull/manifest-by-digest").await?;
            let manifest: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let told = answer.header("content-type").unwrap_or_default();
            let told = told.split(';').next().unwrap_or_default().trim().to_owned();
            let wanted = manifest["mediaType"].as_str().unwrap_or(&told).to_owned();
            session.expect(&answer, told == wanted, told, wanted);
        }
        "pull/manifest-content-type-parameters" => {
            let request = pull_manifest(repository, &given.manifests[0]);
            let answer = pulled(session, request, "pull/manifest-by-digest").await?;
            let told = answer.header("content-type").unwrap_or_default().to_owned();
            session.expect(&answer, !told.contains(';'), told, "no parameters");
        }
        "pull/manifest-digest-header" => {
            let request = pull_manifest(repository, &given.manifests[0]);
            let answer = pulled(session, request, "pull/manifest-by-digest").await?;
            expect_digest_header(session, &answer);
        }
        "pull/manifest-unknown" => {
            let answer = session.send(pull_manifest(repository, &absent)).await?;
            session.expect_status(&answer, &[404]);
        }
        "pull/blob-unknown" => {
            let answer = session.send(pull_blob(repository, &absent)).await?;
            session.expect_status(&answer, &[404]);
        }
        "pull/head-unknown" => {
            for kind in ["manifests", "blobs"] {
                let answer = session.send(head(repository, kind, &absent)).await?;
                session.expect_status(&answer, &[404]);
            }
        }
        "discovery/tags-list"
        | "discovery/tags-body"
        | "discovery/tags-order"
        | "discovery/tags-page-zero" => {
            return tags(session, repository, &given.tags, &requirement.id).await;
        }
        "discovery/referrers-list" if given.subjects.is_empty() => return skip("no subject is given"),
        "discovery/referrers-list" => {
            for digest in &given.subjects {
                let request = Request::new("GET", format!("/v2/{repository}/referrers/{digest}"));
                let answer = session.send(request).await?;
                session.expect_status(&answer, &[200]);
            }
        }
        _ if requirement.rule.observe.is_some() => {}
        _ => return skip("to check it takes a push, and the registry is only read"),
    }
    Ok(())
}

async fn tags(session: &mut Session, repository: &str, known: &[String], id: &str) -> Result<(), Stop> {
    if id == "discovery/tags-list" {
        let answer = session.send(Request::new("GET", format!("/v2/{repository}/tags/list"))).await?;
        session.expect_status(&answer, &[200]);
        return Ok(());
    }
    let query = if id == "discovery/tags-page-zero" { "?n=0" } else { "" };
    let (answer, tags) = match session.list_tags(repository, query).await {
        // There it is the requirement itself that is broken.
        Err(Stop::Blocked { by, reason, exchange }) if by == id => {
            session.report_exchange(exchange, reason, "a list of tags");
            return Ok(());
        }
        result => result?,
    };
    match id {
        "discovery/tags-page-zero" => {
            session.expect(&answer, tags.is_empty(), format!("{} tags", tags.len()), "no tags");
        }
        "discovery/tags-order" => {
            let is_lexical = tags_order::is_lexical(&tags, session.version());
            session.expect(&answer, is_lexical, tags.join(", "), tags_order::wanted(session.version()));
        }
        _ if answer.next().is_some() => {}
        _ => {
            let missing: Vec<&String> = known.iter().filter(|tag| !tags.contains(tag)).collect();
            session.expect(&answer, missing.is_empty(), format!("{missing:?} not listed"), "every tag");
        }
    }
    Ok(())
}

fn head(repository: &str, kind: &str, reference: &str) -> Request {
    Request::new("HEAD", format!("/v2/{repository}/{kind}/{reference}")).accepting_manifests()
}

/// An answer of 200; any other is what the requirement `by` is about.
async fn pulled(session: &mut Session, request: Request, by: &'static str) -> Result<Answer, Stop> {
    let answer = session.send(request).await?;
    if answer.status == 200 { Ok(answer) } else { Err(blocked(by, &answer, "200")) }
}

fn expect_content(session: &mut Session, answer: &Answer, digest: &str) {
    session.expect(answer, is_digest_of(digest, &answer.body), "other content", digest);
}

/// Whether a digest is that of some bytes, or of an algorithm that we do not know.
fn is_digest_of(digest: &str, bytes: &[u8]) -> bool {
    let algorithm = match digest.split(':').next() {
        Some("sha256") => Algorithm::Sha256,
        Some("sha512") => Algorithm::Sha512,
        _ => return true,
    };
    digest == digest_of(algorithm, bytes)
}

fn expect_digest_header(session: &mut Session, answer: &Answer) {
    let is_there = answer.header("docker-content-digest").is_some();
    session.expect(answer, is_there, "no Docker-Content-Digest", "Docker-Content-Digest");
}
