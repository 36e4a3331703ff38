//! Content may be named by BLAKE3, and not every reader verifies that.
//!
//! Registered after 1.1.1: until then the name is one of many unknown ones.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::Dev),
    section: "descriptor.md#blake3",
    valid: &[
        Mutation::descriptor("of-the-content", Part::DESCRIPTORS, |descriptor, content, _| {
            descriptor.set("digest", digest_of(Algorithm::Blake3, content));
        })
        .may_be_refused(),
    ],
    ..Rule::BASE
};
