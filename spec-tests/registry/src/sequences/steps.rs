//! The steps of a sequence.

use std::fmt;

use proptest::option;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Union};

use super::content::{BLOBS, IMAGES, REPOSITORIES, TAGS, subject_of};
use super::model::World;

/// One thing that a client does. Everything is named by its place in the lists of `content`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    PushBlob {
        repository: usize,
        blob: usize,
        way: Way,
    },
    /// A registry that does not mount is sent the blob.
    MountBlob {
        from: usize,
        to: usize,
        blob: usize,
    },
    PullBlob {
        repository: usize,
        blob: usize,
    },
    DeleteBlob {
        repository: usize,
        blob: usize,
    },
    /// With those of its blobs that are not there.
    PushImage {
        repository: usize,
        image: usize,
        tag: Option<usize>,
    },
    PullImage {
        repository: usize,
        reference: Reference,
    },
    DeleteTag {
        repository: usize,
        tag: usize,
    },
    DeleteImage {
        repository: usize,
        image: usize,
    },
    /// At once, or in pages of one.
    ListTags {
        repository: usize,
        in_pages: bool,
    },
    ListReferrers {
        repository: usize,
        image: usize,
    },
}

/// How a blob is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// POST, and PUT with the content.
    Whole,
    /// POST, PATCH twice, and PUT.
    Chunks,
    /// POST with the content.
    Single,
}

/// What an image is pulled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    Tag(usize),
    Digest(usize),
}

/// The steps that make sense in a world.
pub(super) fn strategy(world: &World) -> BoxedStrategy<Step> {
    // Most happens in one repository: what is spread thin never meets.
    let repository = || select(vec![0, 0, 0, 1, 1, 2]);
    let way = prop_oneof![Just(Way::Whole), Just(Way::Chunks), Just(Way::Single)];
    let reference =
        prop_oneof![(0..TAGS.len()).prop_map(Reference::Tag), (0..IMAGES).prop_map(Reference::Digest)];
    let mut steps = vec![
        (
            3,
            (repository(), 0..BLOBS, way)
                .prop_map(|(repository, blob, way)| Step::PushBlob { repository, blob, way })
                .boxed(),
        ),
        (
            2,
            (repository(), repository(), 0..BLOBS)
                .prop_map(|(from, to, blob)| Step::MountBlob { from, to, blob })
                .boxed(),
        ),
        (
            4,
            (repository(), 0..BLOBS)
                .prop_map(|(repository, blob)| Step::PullBlob { repository, blob })
                .boxed(),
        ),
        (
            5,
            (repository(), 0..IMAGES, option::weighted(0.7, 0..TAGS.len()))
                .prop_map(|(repository, image, tag)| Step::PushImage { repository, image, tag })
                .boxed(),
        ),
        (
            5,
            (repository(), reference)
                .prop_map(|(repository, reference)| Step::PullImage { repository, reference })
                .boxed(),
        ),
        (
            2,
            (repository(), proptest::bool::ANY)
                .prop_map(|(repository, in_pages)| Step::ListTags { repository, in_pages })
                .boxed(),
        ),
        (
            2,
            (repository(), 0..IMAGES)
                .prop_map(|(repository, image)| Step::ListReferrers { repository, image })
                .boxed(),
        ),
    ];
    let mut delete = |pairs: Vec<(usize, usize)>, step: fn(usize, usize) -> Step| {
        if !pairs.is_empty() {
            steps.push((4, select(pairs).prop_map(move |(repository, of)| step(repository, of)).boxed()));
        }
    };
    delete(world.all_tags(), |repository, tag| Step::DeleteTag { repository, tag });
    delete(world.all_images(), |repository, image| Step::DeleteImage { repository, image });
    delete(world.idle_blobs(), |repository, blob| Step::DeleteBlob { repository, blob });
    Union::new_weighted(steps).boxed()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |repository: usize| REPOSITORIES[repository];
        match *self {
            Step::PushBlob { repository, blob, way } => {
                let way = match way {
                    Way::Whole => "",
                    Way::Chunks => " in two chunks",
                    Way::Single => " in one request",
                };
                write!(f, "push blob {blob} to {}{way}", name(repository))
            }
            Step::MountBlob { from, to, blob } => {
                write!(f, "mount blob {blob} from {} to {}", name(from), name(to))
            }
            Step::PullBlob { repository, blob } => write!(f, "pull blob {blob} from {}", name(repository)),
            Step::DeleteBlob { repository, blob } => {
                write!(f, "delete blob {blob} from {}", name(repository))
            }
            Step::PushImage { repository, image, tag } => {
                write!(f, "push image {image}")?;
                if let Some(subject) = subject_of(image) {
                    write!(f, ", which refers to image {subject},")?;
                }
                write!(f, " to {}", name(repository))?;
                tag.map_or(Ok(()), |tag| write!(f, " under the tag {}", TAGS[tag]))
            }
            Step::PullImage { repository, reference: Reference::Tag(tag) } => {
                write!(f, "pull the tag {} from {}", TAGS[tag], name(repository))
            }
            Step::PullImage { repository, reference: Reference::Digest(image) } => {
                write!(f, "pull image {image} from {} by its digest", name(repository))
            }
            Step::DeleteTag { repository, tag } => {
                write!(f, "delete the tag {} from {}", TAGS[tag], name(repository))
            }
            Step::DeleteImage { repository, image } => {
                write!(f, "delete image {image} from {}", name(repository))
            }
            Step::ListTags { repository, in_pages } => {
                let pages = if in_pages { " in pages of one" } else { "" };
                write!(f, "list the tags of {}{pages}", name(repository))
            }
            Step::ListReferrers { repository, image } => {
                write!(f, "list the referrers of image {image} in {}", name(repository))
            }
        }
    }
}
