//! The descriptors in one document are independent: types and algorithms may differ among them.
//!
//! Readers that settle on the algorithm of the first descriptor, or on one compression for all
//! layers, fail on images that were put together from several sources.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "descriptor.md#oci-content-descriptors",
    valid: &[Mutation::descriptor(
        "one-under-sha512",
        &[Part::LayerDescriptor, Part::PlatformDescriptor, Part::SubjectDescriptor],
        |descriptor, content, _| descriptor.set("digest", digest_of(Algorithm::Sha512, content)),
    )
    .may_be_refused()],
    ..Rule::BASE
};
