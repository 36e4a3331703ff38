//! Deleting what a run has pushed.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::{Answer, Request};
use crate::session::Shared;

/// What a registry was given, as paths to delete it by.
#[derive(Debug, Default)]
pub(crate) struct Pushed {
    tags: BTreeSet<String>,
    manifests: BTreeSet<String>,
    blobs: BTreeSet<String>,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleanup {
    /// How many tags, manifests and blobs were deleted, or are gone.
    pub deleted: usize,
    /// How many of a kind are still there, and why.
    pub left: BTreeMap<(&'static str, String), usize>,
}

impl Pushed {
    /// Notes what an answer says was stored.
    pub(crate) fn note(&mut self, method: &str, target: &str, answer: &Answer) {
        if answer.status != 201 {
            return;
        }
        let path = target.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let whole = path.unwrap_or(target);
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        if let Some((repository, reference)) = path.rsplit_once("/manifests/") {
            let is_digest = reference.contains(':');
            if method == "PUT" && !is_digest {
                self.tags.insert(path.to_owned());
            }
            // The digest that it is known by, where the registry tells.
            let told = answer.header("docker-content-digest").filter(|_| method == "PUT");
            let digest = told.or(is_digest.then_some(reference));
            self.manifests.extend(digest.map(|digest| format!("{repository}/manifests/{digest}")));
        } else if let Some((repository, _)) = path.split_once("/blobs/uploads/") {
            let parameter = |wanted: &str| {
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs
                    .filter(|(name, _)| *name == wanted)
                    .map(|(_, value)| value.replace("%3A", ":"))
                    .next_back()
            };
            let digest = parameter("digest").or_else(|| parameter("mount"));
            self.blobs.extend(digest.map(|digest| format!("{repository}/blobs/{digest}")));
        }
    }
}

/// Deletes what was pushed: tags, then manifests, then blobs, so that nothing is missing while
/// something still refers to it.
pub(crate) async fn clean_up(shared: &Shared) -> Cleanup {
    let Pushed { tags, manifests, blobs } = shared.take_pushed();
    let mut cleanup = Cleanup::default();
    // A registry that deletes no tags loses them with their manifests: that is no failure yet.
    let mut tags_left = Vec::new();
    for path in tags {
        if let Some(why) = delete(shared, &path).await {
            tags_left.push((path, why));
        } else {
            cleanup.deleted += 1;
        }
    }
    for (kind, paths) in [("manifests", manifests), ("blobs", blobs)] {
        for path in paths {
            match delete(shared, &path).await {
                None => cleanup.deleted += 1,
                Some(why) => *cleanup.left.entry((kind, why)).or_default() += 1,
            }
        }
    }
    for (path, why) in tags_left {
        let answer = shared.send_aside(Request::new("GET", path).accepting_manifests()).await;
        match answer {
            Ok(answer) if answer.status == 404 => cleanup.deleted += 1,
            _ => *cleanup.left.entry(("tags", why)).or_default() += 1,
        }
    }
    cleanup
}

/// Why something could not be deleted; none if it is gone.
async fn delete(shared: &Shared, path: &str) -> Option<String> {
    match shared.send_aside(Request::new("DELETE", path)).await {
        Ok(answer) if matches!(answer.status, 200..300 | 404) => None,
        Ok(answer) => Some(format!("it answers {}", answer.status)),
        Err(lost) => Some(lost.reason),
    }
}
