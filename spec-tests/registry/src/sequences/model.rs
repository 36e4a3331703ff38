//! What the specification promises, as far as the steps of a sequence can tell.

use std::collections::{BTreeMap, BTreeSet};

use super::content::{BLOBS, IMAGES, REPOSITORIES, TAGS, blobs_of, subject_of};
use super::steps::{Reference, Step};

/// What a registry may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offers {
    pub delete_tags: bool,
    pub delete_images: bool,
    pub delete_blobs: bool,
    pub referrers: bool,
}

impl Offers {
    pub const ALL: Offers =
        Offers { delete_tags: true, delete_images: true, delete_blobs: true, referrers: true };
}

/// Everything that one client has pushed, in repositories that nobody else writes to.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub offers: Offers,
    repositories: [Repository; REPOSITORIES.len()],
}

#[derive(Debug, Clone, Default)]
struct Repository {
    blobs: [Presence; BLOBS],
    images: BTreeSet<usize>,
    tags: BTreeMap<usize, usize>,
    /// Tags of images that were deleted: they lead nowhere, and may be listed all the same.
    loose: BTreeSet<usize>,
}

/// Whether a repository holds a blob.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Presence {
    #[default]
    No,
    Yes,
    /// The image that needed it was deleted, and the registry may have tidied up.
    Perhaps,
}

/// The tags that a repository has to list, and those that it may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub tags: BTreeSet<usize>,
    pub loose: BTreeSet<usize>,
}

impl World {
    /// Nothing was pushed yet.
    pub fn new(offers: Offers) -> World {
        World { offers, repositories: Default::default() }
    }

    /// Whether a step makes sense.
    pub fn allows(&self, step: &Step) -> bool {
        let Offers { delete_tags, delete_images, delete_blobs, referrers } = self.offers;
        match *step {
            Step::MountBlob { from, to, .. } => from != to,
            Step::DeleteTag { repository, tag } => {
                delete_tags && self.repositories[repository].tags.contains_key(&tag)
            }
            Step::DeleteImage { repository, image } => {
                delete_images && self.repositories[repository].images.contains(&image)
            }
            // A blob that an image needs may be kept from being deleted.
            Step::DeleteBlob { repository, blob } => delete_blobs && self.is_idle(repository, blob),
            Step::ListReferrers { .. } => referrers,
            _ => true,
        }
    }

    /// Takes in what a step changes.
    pub fn apply(&mut self, step: &Step) {
        match *step {
            Step::PushBlob { repository, blob, .. } | Step::MountBlob { to: repository, blob, .. } => {
                self.repositories[repository].blobs[blob] = Presence::Yes;
            }
            Step::DeleteBlob { repository, blob } => self.repositories[repository].blobs[blob] = Presence::No,
            Step::PushImage { repository, image, tag } => {
                let repository = &mut self.repositories[repository];
                for blob in blobs_of(image) {
                    repository.blobs[blob] = Presence::Yes;
                }
                repository.images.insert(image);
                if let Some(tag) = tag {
                    repository.tags.insert(tag, image);
                    repository.loose.remove(&tag);
                }
            }
            Step::DeleteTag { repository, tag } => drop(self.repositories[repository].tags.remove(&tag)),
            Step::DeleteImage { repository, image } => {
                let repository = &mut self.repositories[repository];
                repository.images.remove(&image);
                let gone = repository.tags.iter().filter(|(_, target)| **target == image);
                repository.loose.extend(gone.map(|(tag, _)| *tag));
                repository.tags.retain(|_, target| *target != image);
                for blob in blobs_of(image) {
                    if !repository.images.iter().any(|&other| blobs_of(other).contains(&blob)) {
                        repository.blobs[blob] = Presence::Perhaps;
                    }
                }
            }
            Step::PullBlob { .. }
            | Step::PullImage { .. }
            | Step::ListTags { .. }
            | Step::ListReferrers { .. } => {}
        }
    }

    /// Every way to look at what there is, and at what there is not.
    pub fn looks(&self) -> Vec<Step> {
        let looks = (0..REPOSITORIES.len()).flat_map(|repository| {
            let by_tag = (0..TAGS.len()).map(Reference::Tag);
            let references = by_tag.chain((0..IMAGES).map(Reference::Digest));
            let lists = [false, true].map(|in_pages| Step::ListTags { repository, in_pages });
            lists
                .into_iter()
                .chain([Step::ListReferrers { repository, image: 0 }])
                .chain(references.map(move |reference| Step::PullImage { repository, reference }))
                .chain((0..BLOBS).map(move |blob| Step::PullBlob { repository, blob }))
        });
        looks.filter(|look| self.allows(look)).collect()
    }

    /// Whether a repository holds a blob.
    pub fn blob(&self, repository: usize, blob: usize) -> Presence {
        self.repositories[repository].blobs[blob]
    }

    /// The image that a reference leads to.
    pub fn image(&self, repository: usize, reference: Reference) -> Option<usize> {
        let repository = &self.repositories[repository];
        match reference {
            Reference::Tag(tag) => repository.tags.get(&tag).copied(),
            Reference::Digest(image) => repository.images.get(&image).copied(),
        }
    }

    /// The tags of a repository.
    pub fn tags(&self, repository: usize) -> Listed {
        let repository = &self.repositories[repository];
        Listed { tags: repository.tags.keys().copied().collect(), loose: repository.loose.clone() }
    }

    /// The images that refer to one.
    pub fn referrers(&self, repository: usize, subject: usize) -> BTreeSet<usize> {
        let refers = |image: &&usize| subject_of(**image) == Some(subject);
        self.repositories[repository].images.iter().filter(refers).copied().collect()
    }

    /// Every tag that can be deleted, with its repository.
    pub fn all_tags(&self) -> Vec<(usize, usize)> {
        self.pairs(TAGS.len(), |repository, tag| self.repositories[repository].tags.contains_key(&tag))
    }

    /// Every image that can be deleted.
    pub fn all_images(&self) -> Vec<(usize, usize)> {
        self.pairs(IMAGES, |repository, image| self.repositories[repository].images.contains(&image))
    }

    /// Every blob that can be deleted.
    pub fn idle_blobs(&self) -> Vec<(usize, usize)> {
        self.pairs(BLOBS, |repository, blob| self.is_idle(repository, blob))
    }

    /// Whether a repository holds a blob that no image of it needs.
    fn is_idle(&self, repository: usize, blob: usize) -> bool {
        let repository = &self.repositories[repository];
        let is_needed = repository.images.iter().any(|&image| blobs_of(image).contains(&blob));
        repository.blobs[blob] == Presence::Yes && !is_needed
    }

    fn pairs(&self, count: usize, holds: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let all =
            (0..self.repositories.len()).flat_map(|repository| (0..count).map(move |of| (repository, of)));
        all.filter(|&(repository, of)| holds(repository, of)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The world after some steps, each of which made sense.
    fn world(steps: &[Step]) -> World {
        steps.iter().fold(World::new(Offers::ALL), |mut world, step| {
            assert!(world.allows(step), "{step:?}");
            world.apply(step);
            world
        })
    }

    #[test]
    fn a_deleted_image_takes_its_tags_along_and_perhaps_its_blobs() {
        let push = |image, tag| Step::PushImage { repository: 0, image, tag };
        let mut world = world(&[
            push(0, Some(0)),
            push(1, Some(1)),
            push(2, Some(2)),
            Step::DeleteImage { repository: 0, image: 1 },
        ]);
        assert_eq!(world.image(0, Reference::Digest(1)), None);
        assert_eq!(world.image(0, Reference::Tag(1)), None);
        assert_eq!(world.tags(0), Listed { tags: [0, 2].into(), loose: [1].into() });
        // The configuration is needed by the first image, too.
        assert_eq!(world.blob(0, 0), Presence::Yes);
        assert_eq!(world.blob(0, 2), Presence::Perhaps);
        assert_eq!(world.referrers(0, 0), [2].into());
        assert!(world.referrers(0, 1).is_empty() && world.referrers(1, 0).is_empty());
        world.apply(&push(3, Some(1)));
        assert_eq!(world.tags(0), Listed { tags: [0, 1, 2].into(), loose: [].into() });
        assert_eq!(world.blob(0, 2), Presence::Yes);
    }

    #[test]
    fn what_makes_no_sense() {
        let mut world = world(&[Step::PushImage { repository: 0, image: 0, tag: None }]);
        for step in [
            Step::MountBlob { from: 1, to: 1, blob: 0 },
            Step::DeleteTag { repository: 0, tag: 0 },
            Step::DeleteImage { repository: 0, image: 1 },
            Step::DeleteBlob { repository: 0, blob: 0 },
            Step::DeleteBlob { repository: 1, blob: 0 },
        ] {
            assert!(!world.allows(&step), "{step:?}");
        }
        world.offers = Offers { delete_images: false, referrers: false, ..Offers::ALL };
        assert!(!world.allows(&Step::DeleteImage { repository: 0, image: 0 }));
        assert!(!world.allows(&Step::ListReferrers { repository: 0, image: 0 }));
    }
}
