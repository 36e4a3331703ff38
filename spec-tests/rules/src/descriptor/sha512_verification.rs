//! Content may be named by SHA-512, and not every reader verifies that.
//!
//! A reader that cannot verify it may say so and refuse. What it may not do is to take the content
//! as if it were verified.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, digest_of};

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "descriptor.md#sha-512",
    valid: &[
        Mutation::descriptor("of-the-content", Part::DESCRIPTORS, |descriptor, content, _| {
            descriptor.set("digest", digest_of(Algorithm::Sha512, content));
        })
        .may_be_refused(),
    ],
    ..Rule::BASE
};
