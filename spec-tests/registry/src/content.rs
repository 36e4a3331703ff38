//! A profile of how a registry treats content: images, valid and malformed, are pushed and pulled.
//!
//! The specification does not oblige a registry to refuse what is malformed, so that is recorded and
//! not scored. What is wrong in any case is a server error or no answer at all, content that comes
//! back changed or under a wrong digest, a refused manifest that can be pulled all the same, an
//! answer of no specified form, and a valid image that is refused.

use std::collections::BTreeSet;
use std::sync::Arc;

use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::client::{Answer, Client, NoAnswer, Request};
use crate::exchange::Exchange;
use crate::server::Code;
use crate::session::{close_upload, pull_blob, pull_manifest};

/// An image to push.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its name.
    pub id: String,
    /// Whether it is valid, so that it has to be stored.
    pub is_valid: bool,
    /// The image, as a layout.
    pub layout: Memory,
    /// The repository that it has for itself, and is tagged in; without one it goes where others go, too.
    pub repository: Option<String>,
}

/// The tag of what comes first in an image's `index.json`.
pub const IMAGE_TAG: &str = "image";
/// The tag of its `index.json`.
pub const INDEX_TAG: &str = "index";

/// What a registry did with an image.
#[derive(Debug, Clone)]
pub struct Treated {
    /// What was pushed.
    pub id: String,
    /// Whether all of it was taken.
    pub treatment: Treatment,
    /// What is wrong, whatever the image.
    pub wrong: Vec<Wrong>,
}

/// What was found, what was wanted, and the exchange that shows it.
pub type Wrong = (String, String, Arc<Exchange>);

/// Whether an image was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// Every part of it.
    Accepted,
    /// The first part that was not.
    Refused {
        /// `manifest`, `index` or `blob`.
        part: &'static str,
        /// The status.
        status: u16,
        /// The codes in the answer.
        codes: Vec<String>,
    },
    /// There was no answer.
    Unanswered,
    /// There is nothing in it that a registry could be sent.
    Nothing,
}

/// How deep indexes may be nested.
const DEPTH: usize = 8;
/// How many documents of one image are pushed.
const DOCUMENTS: usize = 64;

/// Pushes each sample and pulls it again, several at a time, in repositories that begin with
/// `prefix`. The results are in the order of the samples.
pub async fn profile(
    client: Arc<Client>,
    prefix: &str,
    jobs: usize,
    samples: Vec<Sample>,
    tell: &mut dyn FnMut(usize, usize),
    stop: impl Future<Output = ()>,
) -> Vec<Treated> {
    let total = samples.len();
    let queue = Arc::new(Mutex::new(samples.into_iter().enumerate()));
    let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
    let mut workers = JoinSet::new();
    for worker in 0..jobs.max(1) {
        let (client, queue, sender) = (client.clone(), queue.clone(), sender.clone());
        let prefix = prefix.to_owned();
        let repository = format!("{prefix}content/{worker}");
        workers.spawn(async move {
            let mut shared = Pusher::new(client.clone(), repository);
            loop {
                let next = queue.lock().await.next();
                let Some((at, sample)) = next else { break };
                let treated = match &sample.repository {
                    None => shared.treat(&sample).await,
                    Some(own) => Pusher::new(client.clone(), format!("{prefix}{own}")).treat(&sample).await,
                };
                if sender.send((at, treated)).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut stop = std::pin::pin!(stop);
    let mut results = std::collections::BTreeMap::new();
    loop {
        tokio::select! {
            received = receiver.recv() => match received {
                Some((at, treated)) => {
                    results.insert(at, treated);
                    tell(results.len(), total);
                }
                None => break,
            },
            () = &mut stop => break,
        }
    }
    results.into_values().collect()
}

/// Pushes images to a repository of its own. What it has pushed once it does not push again.
struct Pusher {
    client: Arc<Client>,
    repository: String,
    /// What the registry holds: a digest, a media type, and the digest that its bytes really have. The
    /// last is for altered bytes: that a digest was pushed before says nothing about those.
    known: BTreeSet<(String, String, String)>,
    wrong: Vec<Wrong>,
}

/// Why a push ended early.
enum End {
    Refused(Treatment, Arc<Exchange>),
    Unanswered(NoAnswer),
}

impl From<NoAnswer> for End {
    fn from(lost: NoAnswer) -> End {
        End::Unanswered(lost)
    }
}

impl Pusher {
    fn new(client: Arc<Client>, repository: String) -> Pusher {
        Pusher { client, repository, known: BTreeSet::new(), wrong: Vec::new() }
    }

    async fn treat(&mut self, sample: &Sample) -> Treated {
        let result = match documents(&sample.layout) {
            documents if documents.is_empty() => Ok(Treatment::Nothing),
            documents => self.push(&documents, sample).await,
        };
        let treatment = match result {
            Ok(treatment) => treatment,
            Err(End::Refused(treatment, exchange)) => {
                let is_told = self.wrong.iter().any(|(_, _, told)| Arc::ptr_eq(told, &exchange));
                if sample.is_valid && !is_told && has_to_be_taken(&documents(&sample.layout)) {
                    self.wrong.push(("a refusal of what is valid".to_owned(), "201".to_owned(), exchange));
                }
                treatment
            }
            Err(End::Unanswered(lost)) => {
                self.wrong.push((lost.reason.clone(), "an answer".to_owned(), lost.exchange));
                Treatment::Unanswered
            }
        };
        Treated { id: sample.id.clone(), treatment, wrong: std::mem::take(&mut self.wrong) }
    }

    /// Pushes documents with their blobs, the innermost first, and tags them where they are alone.
    async fn push(&mut self, documents: &[Document], sample: &Sample) -> Result<Treatment, End> {
        for document in documents {
            for digest in &document.blobs {
                if let Some(bytes) = stored(&sample.layout, digest) {
                    self.push_blob(digest, bytes).await?;
                }
            }
            self.push_document(document).await?;
        }
        if sample.repository.is_some() {
            if let Some(first) = first_of(documents) {
                self.tag(first, IMAGE_TAG).await?;
            }
            if let Some(index) = documents.last() {
                self.tag(index, INDEX_TAG).await?;
            }
        }
        Ok(Treatment::Accepted)
    }

    async fn tag(&mut self, document: &Document, tag: &str) -> Result<(), End> {
        let path = format!("/v2/{}/manifests/{tag}", self.repository);
        let put = Request::new("PUT", path).header("Content-Type", document.media_type.as_str());
        let answer = self.send(put.body(document.bytes.clone())).await?;
        if answer.status != 201 {
            return Err(refused(document.part, &answer));
        }
        let pulled = self.send(pull_manifest(&self.repository, tag)).await?;
        self.compare(&pulled, &document.digest, &document.bytes);
        Ok(())
    }

    async fn push_blob(&mut self, digest: &str, bytes: &[u8]) -> Result<(), End> {
        let key = (digest.to_owned(), String::new(), digest_of(Algorithm::Sha256, bytes));
        if self.known.contains(&key) {
            return Ok(());
        }
        let repository = self.repository.clone();
        let open = self.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/"))).await?;
        let Some(upload) = open.location().filter(|_| open.status == 202) else {
            return Err(refused("blob", &open));
        };
        let answer = self.send(close_upload(&upload, digest).body(bytes.to_vec())).await?;
        if answer.status != 201 {
            return Err(refused("blob", &answer));
        }
        let pulled = self.send(pull_blob(&repository, digest)).await?;
        self.compare(&pulled, digest, bytes);
        self.known.insert(key);
        Ok(())
    }

    async fn push_document(&mut self, document: &Document) -> Result<(), End> {
        let Document { bytes, digest, media_type, .. } = document;
        let key = (digest.clone(), media_type.clone(), digest_of(Algorithm::Sha256, bytes));
        if self.known.contains(&key) {
            return Ok(());
        }
        let path = format!("/v2/{}/manifests/{digest}", self.repository);
        let put = Request::new("PUT", path).header("Content-Type", media_type.as_str()).body(bytes.clone());
        let answer = self.send(put).await?;
        let is_there_already = self.known.iter().any(|(known, ..)| known == digest);
        let pull = pull_manifest(&self.repository, digest);
        if answer.status == 201 {
            let pulled = self.send(pull).await?;
            self.compare(&pulled, digest, bytes);
            self.known.insert(key);
            return Ok(());
        }
        if !is_there_already {
            let pulled = self.send(pull).await?;
            if pulled.status == 200 {
                let exchange = pulled.exchange;
                self.wrong.push(("a manifest that was refused".to_owned(), "404".to_owned(), exchange));
            }
        }
        Err(refused(document.part, &answer))
    }

    /// Sends a request and looks at what is wrong with any answer.
    async fn send(&mut self, request: Request) -> Result<Answer, NoAnswer> {
        let answer = self.client.send(request).await?;
        if let Some((found, wanted)) = wrong_form(&answer) {
            self.wrong.push((found, wanted, answer.exchange.clone()));
        }
        Ok(answer)
    }

    fn compare(&mut self, pulled: &Answer, digest: &str, bytes: &[u8]) {
        let mut report = |found: String, wanted: &str| {
            self.wrong.push((found, wanted.to_owned(), pulled.exchange.clone()));
        };
        match pulled.status {
            200 if pulled.body != bytes => report("other bytes".to_owned(), "what was pushed"),
            200 => {}
            status => report(format!("{status} for what was accepted"), "200"),
        }
        let told = pulled.header("docker-content-digest").filter(|_| pulled.status == 200);
        if let Some(told) =
            told.filter(|told| *told != digest && *told != digest_of(Algorithm::Sha256, bytes))
        {
            report(format!("Docker-Content-Digest {told}"), digest);
        }
    }
}

/// Whether a registry has no reason to refuse documents that are valid: their digests are of the
/// algorithm that everybody has to know, and what they need is there.
fn has_to_be_taken(documents: &[Document]) -> bool {
    let is_known = |digest: &String| digest.starts_with("sha256:");
    documents.iter().all(|one| one.is_whole && is_known(&one.digest) && one.blobs.iter().all(is_known))
}

fn refused(part: &'static str, answer: &Answer) -> End {
    let treatment = Treatment::Refused { part, status: answer.status, codes: answer.error_codes() };
    End::Refused(treatment, answer.exchange.clone())
}

/// What is wrong with an answer, whatever was asked.
fn wrong_form(answer: &Answer) -> Option<(String, String)> {
    if answer.status >= 500 {
        return Some((answer.status.to_string(), "success or a refusal".to_owned()));
    }
    let is_error = (400..500).contains(&answer.status);
    let body: Value = serde_json::from_slice(&answer.body).ok().filter(|_| is_error)?;
    let errors = body.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty());
    let Some(errors) = errors else {
        return Some(("JSON that is no list of errors".to_owned(), "errors".to_owned()));
    };
    let is_listed = |code: &str| {
        Code::ALL.iter().any(|known| known.as_str() == code)
            || matches!(code, "TAG_INVALID" | "MANIFEST_UNVERIFIED")
    };
    let codes = errors.iter().map(|error| error["code"].as_str().unwrap_or_default());
    let unknown = codes.into_iter().find(|code| !is_listed(code))?;
    Some((format!("the code {unknown:?}"), "one of the codes that are listed".to_owned()))
}

/// A manifest or an index, and the blobs that it needs.
#[derive(Debug)]
struct Document {
    part: &'static str,
    bytes: Vec<u8>,
    digest: String,
    media_type: String,
    blobs: Vec<String>,
    /// Whether everything that it refers to is there, and known to a registry.
    is_whole: bool,
}

/// The documents of a layout, the innermost first and `index.json` last. They are read as a client
/// would that does not judge: what it cannot follow it leaves out.
fn documents(layout: &Memory) -> Vec<Document> {
    let mut documents = Vec::new();
    if let Some(index) = layout.files.get("index.json") {
        add(layout, index, digest_of(Algorithm::Sha256, index), media_type::INDEX, 0, &mut documents);
    }
    documents
}

/// What comes first in the last of the documents, which is `index.json`.
fn first_of(documents: &[Document]) -> Option<&Document> {
    let index: Value = serde_json::from_slice(&documents.last()?.bytes).ok()?;
    let digest = index["manifests"][0]["digest"].as_str()?;
    documents.iter().find(|document| document.digest == digest)
}

fn add(
    layout: &Memory,
    bytes: &[u8],
    digest: String,
    media_type: &str,
    depth: usize,
    documents: &mut Vec<Document>,
) {
    if documents.iter().any(|there| there.digest == digest && there.media_type == media_type) {
        return;
    }
    let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let descriptors = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |descriptor: &Value, member: &str| descriptor[member].as_str().unwrap_or_default().to_owned();
    let mut blobs = Vec::new();
    let mut is_whole = true;
    for descriptor in descriptors(&document["manifests"]) {
        let (child, media_type) = (text(&descriptor, "digest"), text(&descriptor, "mediaType"));
        if depth >= DEPTH || documents.len() >= DOCUMENTS {
            is_whole = false;
            continue;
        }
        match stored(layout, &child) {
            Some(bytes) if is_manifest(&media_type) => {
                add(layout, bytes, child, &media_type, depth + 1, documents);
            }
            // A registry need not know how to take it for a manifest; for a blob it takes anything.
            Some(_) => {
                is_whole = false;
                blobs.push(child);
            }
            None => is_whole = false,
        }
    }
    let config = Some(&document["config"]).filter(|config| config.is_object()).cloned();
    let own = config.into_iter().chain(descriptors(&document["layers"]));
    blobs.extend(own.map(|descriptor| text(&descriptor, "digest")));
    is_whole &= blobs.iter().all(|digest| stored(layout, digest).is_some());
    let part = if document.get("manifests").is_some() { "index" } else { "manifest" };
    documents.push(Document {
        part,
        bytes: bytes.to_vec(),
        digest,
        media_type: media_type.to_owned(),
        blobs,
        is_whole,
    });
}

/// Whether a registry is asked to take documents of this media type for manifests.
fn is_manifest(name: &str) -> bool {
    const DOCKER: [&str; 2] = [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ];
    name == media_type::MANIFEST || name == media_type::INDEX || DOCKER.contains(&name)
}

/// The blob that a layout holds under a digest.
fn stored<'l>(layout: &'l Memory, digest: &str) -> Option<&'l [u8]> {
    // Anything else would be another request than the one that is meant.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":+._-=".contains(&byte);
    if !digest.bytes().all(is_plain) {
        return None;
    }
    let (algorithm, encoded) = digest.split_once(':')?;
    layout.files.get(&format!("blobs/{algorithm}/{encoded}")).map(Vec::as_slice)
}
