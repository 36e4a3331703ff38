//! What checks prepare: blobs, manifests, lists. See the module above for what happens where
//! one does not succeed.

use bytes::Bytes;
use reqwest::Url;
use serde_json::Value;

use super::{Content, Image, Session, Stop, blocked};
use crate::client::{Answer, Request};

impl Session {
    /// Opens an upload; the URL is where it goes on.
    ///
    /// # Errors
    ///
    /// The registry does not open one.
    pub async fn open_upload(&mut self, repository: &str) -> Result<Url, Stop> {
        let answer = self.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/"))).await?;
        match answer.location() {
            Some(location) if answer.status == 202 => Ok(location),
            _ => Err(blocked("push/upload-open", &answer, "202 with a Location")),
        }
    }

    /// Pushes a blob.
    ///
    /// # Errors
    ///
    /// The registry does not take it.
    pub async fn push_blob(&mut self, repository: &str, content: &Content) -> Result<(), Stop> {
        let upload = self.open_upload(repository).await?;
        let answer = self.send(close_upload(&upload, &content.digest).body(content.bytes.clone())).await?;
        match answer.status {
            201 => Ok(()),
            _ => Err(blocked("push/upload-close", &answer, "201")),
        }
    }

    /// Pushes an image under a reference: its blobs, and then its manifest.
    ///
    /// # Errors
    ///
    /// The registry does not take it.
    pub async fn push_image(&mut self, repository: &str, reference: &str, image: &Image) -> Result<(), Stop> {
        for blob in &image.blobs {
            self.push_blob(repository, blob).await?;
        }
        self.push_tag(repository, reference, image).await
    }

    /// Pushes the manifest of an image whose blobs are there already.
    ///
    /// # Errors
    ///
    /// The registry does not take it.
    pub async fn push_tag(&mut self, repository: &str, reference: &str, image: &Image) -> Result<(), Stop> {
        let answer = self.send(push_manifest(repository, reference, image)).await?;
        match answer.status {
            201 => Ok(()),
            _ => Err(blocked("push/manifest", &answer, "201")),
        }
    }

    /// Lists the referrers of an image.
    ///
    /// # Errors
    ///
    /// The registry does not list them.
    pub async fn list_referrers(&mut self, repository: &str, subject: &Image) -> Result<Answer, Stop> {
        let path = format!("/v2/{repository}/referrers/{}", subject.manifest.digest);
        let answer = self.send(Request::new("GET", path)).await?;
        match answer.status {
            200 => Ok(answer),
            _ => Err(blocked("discovery/referrers-list", &answer, "200")),
        }
    }

    /// Pushes a new image under a tag.
    ///
    /// # Errors
    ///
    /// The registry does not take it.
    pub async fn push_new_image(&mut self, repository: &str, tag: &str) -> Result<Image, Stop> {
        let image = self.image();
        self.push_image(repository, tag, &image).await?;
        Ok(image)
    }

    /// The tags that the registry lists; `query` begins with a question mark, or is empty.
    ///
    /// # Errors
    ///
    /// It lists none, or not as it should.
    pub async fn list_tags(&mut self, repository: &str, query: &str) -> Result<(Answer, Vec<String>), Stop> {
        let answer = self.send(Request::new("GET", format!("/v2/{repository}/tags/list{query}"))).await?;
        if answer.status != 200 {
            return Err(blocked("discovery/tags-list", &answer, "200"));
        }
        match tags_of(&answer) {
            Some(tags) => Ok((answer, tags)),
            None => Err(blocked("discovery/tags-body", &answer, "a list of tags")),
        }
    }
}

/// The request that closes an upload.
pub fn close_upload(upload: &Url, digest: &str) -> Request {
    let mut url = upload.clone();
    url.query_pairs_mut().append_pair("digest", digest);
    Request::new("PUT", url).header("Content-Type", "application/octet-stream")
}

/// The request that adds a chunk to an upload.
pub fn chunk(upload: &Url, range: &str, bytes: &Bytes) -> Request {
    Request::new("PATCH", upload.as_str())
        .header("Content-Type", "application/octet-stream")
        .header("Content-Range", range)
        .body(bytes.clone())
}

/// The request that pushes a manifest.
pub fn push_manifest(repository: &str, reference: &str, image: &Image) -> Request {
    Request::new("PUT", format!("/v2/{repository}/manifests/{reference}"))
        .header("Content-Type", image.media_type.as_str())
        .body(image.manifest.bytes.clone())
}

/// The request that pulls a manifest.
pub fn pull_manifest(repository: &str, reference: &str) -> Request {
    Request::new("GET", format!("/v2/{repository}/manifests/{reference}")).accepting_manifests()
}

/// The request that pulls a blob.
pub fn pull_blob(repository: &str, digest: &str) -> Request {
    Request::new("GET", format!("/v2/{repository}/blobs/{digest}"))
}

/// The tags in an answer, if it is a list of tags.
pub fn tags_of(answer: &Answer) -> Option<Vec<String>> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let tags = body.get("tags")?.as_array()?;
    tags.iter().map(|tag| tag.as_str().map(str::to_owned)).collect()
}

/// The descriptors in an answer that is a list of referrers.
pub fn entries_of(answer: &Answer) -> Vec<Value> {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match body["manifests"].take() {
        Value::Array(entries) => entries,
        _ => Vec::new(),
    }
}
