//! A client that goes through the steps of a sequence, and compares what it gets with the model.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Url;

use super::content::{Contents, REPOSITORIES, TAGS, blobs_of};
use super::model::{Listed, Offers, Presence, World};
use super::steps::{Reference, Step, Way};
use super::{Consistency, Performed};
use crate::client::{Answer, Client, Request};
use crate::session::{chunk, close_upload, entries_of, pull_blob, pull_manifest, push_manifest, tags_of};

/// How long to wait before something is asked for again.
const PAUSE: Duration = Duration::from_millis(50);
/// The most pages of one list: there are three tags.
const PAGES: usize = 10;

/// One client, with what it knows.
pub(super) struct Worker {
    client: Arc<Client>,
    number: usize,
    world: World,
    contents: Arc<Contents>,
    /// What the names of its repositories begin with.
    folder: String,
    consistency: Consistency,
    /// What it has done.
    pub performed: Vec<Performed>,
    pub requests: usize,
    /// The longest that it had to ask again and again.
    pub waited: Duration,
}

/// Why a sequence ends early.
#[derive(Debug)]
pub(super) enum Ended {
    /// The registry is wrong.
    Wrong { found: String, wanted: String },
    /// It refuses something that it may refuse.
    Refused(String),
}

type Done = Result<(), Ended>;

/// What an answer is held against: an error tells what was found and what was wanted.
type Judged = Result<(), (String, String)>;

impl Worker {
    pub fn new(
        client: Arc<Client>,
        number: usize,
        world: World,
        contents: Arc<Contents>,
        folder: String,
        consistency: Consistency,
    ) -> Worker {
        let (performed, waited) = (Vec::new(), Duration::ZERO);
        Worker { client, number, world, contents, folder, consistency, performed, requests: 0, waited }
    }

    /// Performs steps, and looks at everything in the end.
    ///
    /// # Errors
    ///
    /// What it gets is not what there has to be.
    pub async fn perform_all(&mut self, steps: &[Step]) -> Done {
        for step in steps {
            self.perform(step).await?;
        }
        for look in self.world.looks() {
            // What shows nothing wrong is not worth telling.
            self.performed.truncate(steps.len());
            self.perform(&look).await?;
        }
        self.performed.truncate(steps.len());
        Ok(())
    }

    /// Finds out what the registry offers. An error tells why it takes no image.
    pub async fn probe(&mut self) -> Result<Offers, String> {
        let tell = |ended: Ended| match ended {
            Ended::Wrong { found, .. } | Ended::Refused(found) => found,
        };
        for image in [0, 2] {
            self.perform(&Step::PushImage { repository: 0, image, tag: Some(0) }).await.map_err(tell)?;
        }
        self.perform(&Step::PushBlob { repository: 0, blob: 2, way: Way::Whole }).await.map_err(tell)?;
        let path = format!("referrers/{}", self.contents.images[0].manifest.digest);
        let referrers = self.send(Request::new("GET", self.path(0, &path))).await.map_err(tell)?;
        let mut deleted = Vec::new();
        let contents = self.contents.clone();
        for path in [
            format!("blobs/{}", contents.blobs[2].digest),
            format!("manifests/{}", TAGS[0]),
            format!("manifests/{}", contents.images[0].manifest.digest),
        ] {
            let answer = self.send(Request::new("DELETE", self.path(0, &path))).await.map_err(tell)?;
            // A refusal that is not the one which the specification wants is a refusal all the same.
            deleted.push(!is_refusal(answer.status));
        }
        Ok(Offers {
            delete_blobs: deleted[0],
            delete_tags: deleted[1],
            delete_images: deleted[2],
            referrers: referrers.status != 404,
        })
    }

    async fn perform(&mut self, step: &Step) -> Done {
        self.performed.push(Performed { client: self.number, step: step.to_string(), exchanges: Vec::new() });
        match *step {
            Step::PushBlob { repository, blob, way } => self.push_blob(repository, blob, way).await?,
            Step::MountBlob { from, to, blob } => self.mount_blob(from, to, blob).await?,
            Step::PullBlob { repository, blob } => self.pull_blob(repository, blob).await?,
            Step::PushImage { repository, image, tag } => self.push_image(repository, image, tag).await?,
            Step::PullImage { repository, reference } => self.pull_image(repository, reference).await?,
            Step::DeleteBlob { repository, blob } => {
                let digest = self.contents.blobs[blob].digest.clone();
                self.delete(repository, "blobs", &digest).await?;
            }
            Step::DeleteTag { repository, tag } => self.delete(repository, "manifests", TAGS[tag]).await?,
            Step::DeleteImage { repository, image } => {
                let digest = self.contents.images[image].manifest.digest.clone();
                self.delete(repository, "manifests", &digest).await?;
            }
            Step::ListTags { repository, in_pages } => self.list_tags(repository, in_pages).await?,
            Step::ListReferrers { repository, image } => self.list_referrers(repository, image).await?,
        }
        self.world.apply(step);
        Ok(())
    }

    async fn push_blob(&mut self, repository: usize, blob: usize, way: Way) -> Done {
        let content = self.contents.blobs[blob].clone();
        let mut path = self.path(repository, "blobs/uploads/");
        if way == Way::Single {
            path = format!("{path}?digest={}", content.digest);
            let request = Request::new("POST", path).header("Content-Type", "application/octet-stream");
            let answer = self.send(request.body(content.bytes)).await?;
            return match (answer.status, answer.location()) {
                (201, _) => Ok(()),
                // It does not support this, and opens an upload instead.
                (202, Some(upload)) => self.close_upload(upload, blob).await,
                _ => Err(status(&answer, "201, or 202 with a Location")),
            };
        }
        let answer = self.send(Request::new("POST", path)).await?;
        let mut upload = match answer.location() {
            Some(upload) if answer.status == 202 => upload,
            _ => return Err(status(&answer, "202 with a Location")),
        };
        if way == Way::Whole {
            return self.close_upload(upload, blob).await;
        }
        let size = content.bytes.len();
        for (first, end) in [(0, size / 2), (size / 2, size)] {
            let range = format!("{first}-{}", end - 1);
            let answer = self.send(chunk(&upload, &range, &content.bytes.slice(first..end))).await?;
            upload = match answer.location() {
                Some(upload) if answer.status == 202 => upload,
                _ => return Err(status(&answer, "202 with a Location")),
            };
        }
        let answer = self.send(close_upload(&upload, &content.digest)).await?;
        expect(&answer, &[201])
    }

    async fn close_upload(&mut self, upload: Url, blob: usize) -> Done {
        let content = self.contents.blobs[blob].clone();
        let answer = self.send(close_upload(&upload, &content.digest).body(content.bytes)).await?;
        expect(&answer, &[201])
    }

    async fn mount_blob(&mut self, from: usize, to: usize, blob: usize) -> Done {
        let digest = &self.contents.blobs[blob].digest;
        let query = format!("blobs/uploads/?mount={digest}&from={}", self.name(from));
        let answer = self.send(Request::new("POST", self.path(to, &query))).await?;
        match (answer.status, answer.location()) {
            (201, _) => Ok(()),
            (202, Some(upload)) => self.close_upload(upload, blob).await,
            _ => Err(status(&answer, "201, or 202 with a Location")),
        }
    }

    async fn pull_blob(&mut self, repository: usize, blob: usize) -> Done {
        let content = self.contents.blobs[blob].clone();
        let presence = self.world.blob(repository, blob);
        let request = pull_blob(&self.name(repository), &content.digest);
        self.ask(&request, |answer| match answer.status {
            200 if presence == Presence::No => wrong("the blob", "404: it is not in this repository"),
            200 if answer.body == content.bytes => Ok(()),
            200 => wrong("other bytes", "the blob"),
            404 if presence != Presence::Yes => Ok(()),
            found => wrong(found, if presence == Presence::No { "404" } else { "200 and the blob" }),
        })
        .await
        .map(drop)
    }

    async fn push_image(&mut self, repository: usize, image: usize, tag: Option<usize>) -> Done {
        for blob in blobs_of(image) {
            if self.world.blob(repository, blob) != Presence::Yes {
                self.push_blob(repository, blob, Way::Whole).await?;
            }
        }
        let image = self.contents.images[image].clone();
        let reference = tag.map_or(image.manifest.digest.as_str(), |tag| TAGS[tag]);
        let request = push_manifest(&self.name(repository), reference, &image);
        self.ask(&request, |answer| wanted(answer, &[201])).await.map(drop)
    }

    async fn pull_image(&mut self, repository: usize, reference: Reference) -> Done {
        let name = match reference {
            Reference::Tag(tag) => TAGS[tag].to_owned(),
            Reference::Digest(image) => self.contents.images[image].manifest.digest.clone(),
        };
        let image = self.world.image(repository, reference);
        let contents = self.contents.clone();
        let request = pull_manifest(&self.name(repository), &name);
        self.ask(&request, |answer| match (answer.status, image) {
            (404, None) => Ok(()),
            (200, None) => wrong("a manifest", "404: there is none"),
            (200, Some(image)) => {
                let is = |other: usize| contents.images[other].manifest.bytes == answer.body;
                match (0..contents.images.len()).find(|&other| is(other)) {
                    Some(found) if found == image => Ok(()),
                    Some(found) => wrong(format!("image {found}"), format!("image {image}")),
                    None => wrong("other bytes", format!("image {image}")),
                }
            }
            (found, None) => wrong(found, "404"),
            (found, Some(image)) => wrong(found, format!("200 and image {image}")),
        })
        .await
        .map(drop)
    }

    async fn delete(&mut self, repository: usize, kind: &str, reference: &str) -> Done {
        let request = Request::new("DELETE", self.path(repository, &format!("{kind}/{reference}")));
        // What is left to the registry here is whether it deletes what is still of use.
        let answer = self
            .ask(&request, |answer| match answer.status {
                refused if is_refusal(refused) || refused == 409 => Ok(()),
                _ => wanted(answer, &[202]),
            })
            .await?;
        match answer.status {
            202 => Ok(()),
            refused => Err(Ended::Refused(format!("it refused with {refused} to delete from {kind}"))),
        }
    }

    async fn list_tags(&mut self, repository: usize, in_pages: bool) -> Done {
        let Listed { tags, loose } = self.world.tags(repository);
        let names = |tags: BTreeSet<usize>| tags.into_iter().map(|tag| TAGS[tag].to_owned()).collect();
        let (tags, loose): (BTreeSet<String>, BTreeSet<String>) = (names(tags), names(loose));
        let judge = |found: &[String]| {
            let set: BTreeSet<String> = found.iter().cloned().collect();
            let missing = tags.difference(&set).next().is_some();
            let surplus = set.iter().any(|tag| !tags.contains(tag) && !loose.contains(tag));
            match missing || surplus || set.len() < found.len() {
                true => wrong(format!("the tags {found:?}"), format!("{tags:?}")),
                false => Ok(()),
            }
        };
        // Nothing may have been pushed here yet, or nothing be left.
        let is_empty = |answer: &Answer| answer.status == 404 && tags.is_empty();
        if !in_pages {
            let request = Request::new("GET", self.path(repository, "tags/list"));
            let judge = |answer: &Answer| match tags_of(answer) {
                _ if is_empty(answer) => Ok(()),
                Some(found) if answer.status == 200 => judge(&found),
                // A list of nothing is sometimes null.
                None if answer.status == 200 && tags.is_empty() => Ok(()),
                _ => wrong(answer.status, "200 and a list of tags"),
            };
            return self.ask(&request, judge).await.map(drop);
        }
        let start = Instant::now();
        loop {
            let judged = match self.pages(repository).await? {
                Ok(found) => judge(&found),
                Err(answer) if is_empty(&answer) => Ok(()),
                Err(answer) => wrong(answer.status, "200 and a list of tags"),
            };
            if self.is_settled(&judged, start).await {
                return judged.map_err(|(found, wanted)| Ended::Wrong { found, wanted });
            }
        }
    }

    /// The tags from all pages; or the answer that is no page.
    async fn pages(&mut self, repository: usize) -> Result<Result<Vec<String>, Answer>, Ended> {
        let mut found = Vec::new();
        let mut next = self.path(repository, "tags/list?n=1");
        for _ in 0..PAGES {
            let answer = self.send(Request::new("GET", next)).await?;
            match tags_of(&answer) {
                Some(tags) if answer.status == 200 => found.extend(tags),
                None if answer.status == 200 && found.is_empty() => {}
                _ => return Ok(Err(answer)),
            }
            match answer.next() {
                Some(url) => next = url.into(),
                None => return Ok(Ok(found)),
            }
        }
        Err(Ended::Wrong { found: format!("more than {PAGES} pages"), wanted: "an end".to_owned() })
    }

    async fn list_referrers(&mut self, repository: usize, subject: usize) -> Done {
        let digest = |image: usize| self.contents.images[image].manifest.digest.clone();
        let wanted: BTreeSet<String> =
            self.world.referrers(repository, subject).into_iter().map(digest).collect();
        let request = Request::new("GET", self.path(repository, &format!("referrers/{}", digest(subject))));
        self.ask(&request, |answer| {
            let entries = entries_of(answer);
            let found: Vec<&str> = entries.iter().filter_map(|entry| entry["digest"].as_str()).collect();
            match answer.status {
                404 if wanted.is_empty() => Ok(()),
                200 if found.len() == wanted.len() && found.iter().all(|found| wanted.contains(*found)) => {
                    Ok(())
                }
                200 => wrong(format!("the referrers {found:?}"), format!("{wanted:?}")),
                status => wrong(status, "200 and a list of referrers"),
            }
        })
        .await
        .map(drop)
    }

    /// Sends a request, again and again where the registry may take its time, until the answer is as it should be.
    async fn ask(&mut self, request: &Request, judge: impl Fn(&Answer) -> Judged) -> Result<Answer, Ended> {
        let start = Instant::now();
        loop {
            let answer = self.send(request.clone()).await?;
            let judged = judge(&answer);
            if self.is_settled(&judged, start).await {
                return judged.map(|()| answer).map_err(|(found, wanted)| Ended::Wrong { found, wanted });
            }
        }
    }

    /// Whether there is nothing more to wait for. Waits a moment otherwise.
    async fn is_settled(&mut self, judged: &Judged, start: Instant) -> bool {
        let waited = start.elapsed();
        match (judged, self.consistency) {
            (Err(_), Consistency::Eventual(limit)) if waited < limit => {
                tokio::time::sleep(PAUSE).await;
                false
            }
            (Ok(()), Consistency::Eventual(_)) if waited >= PAUSE => {
                self.waited = self.waited.max(waited);
                true
            }
            _ => true,
        }
    }

    async fn send(&mut self, request: Request) -> Result<Answer, Ended> {
        self.requests += 1;
        let sent = self.client.send(request).await;
        let exchange = match &sent {
            Ok(answer) => answer.exchange.clone(),
            Err(lost) => lost.exchange.clone(),
        };
        if let Some(performed) = self.performed.last_mut() {
            performed.exchanges.push(exchange);
        }
        match sent {
            Ok(answer) if answer.status >= 500 => Err(status(&answer, "an answer that is no 5xx")),
            Ok(answer) => Ok(answer),
            Err(lost) => Err(Ended::Wrong { found: lost.reason, wanted: "an answer".to_owned() }),
        }
    }

    fn name(&self, repository: usize) -> String {
        format!("{}/{}", self.folder, REPOSITORIES[repository])
    }

    fn path(&self, repository: usize, rest: &str) -> String {
        format!("/v2/{}/{rest}", self.name(repository))
    }
}

/// Whether a status says that something is not deleted here.
fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 405 | 501)
}

fn wrong(found: impl ToString, wanted: impl Into<String>) -> Judged {
    Err((found.to_string(), wanted.into()))
}

fn wanted(answer: &Answer, statuses: &[u16]) -> Judged {
    let words: Vec<String> = statuses.iter().map(u16::to_string).collect();
    match statuses.contains(&answer.status) {
        true => Ok(()),
        false => wrong(answer.status, words.join(" or ")),
    }
}

fn expect(answer: &Answer, statuses: &[u16]) -> Done {
    wanted(answer, statuses).map_err(|(found, wanted)| Ended::Wrong { found, wanted })
}

fn status(answer: &Answer, wanted: &str) -> Ended {
    Ended::Wrong { found: answer.status.to_string(), wanted: wanted.to_owned() }
}
