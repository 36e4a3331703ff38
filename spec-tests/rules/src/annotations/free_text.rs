//! Authors, version, revision, vendor, title and description are free text.
//!
//! A version need not be a semantic one and a revision need not be a hash; a tool that parses
//! them anyway fails on images that do nothing wrong.

use seaworthy_generators::mutation::Mutation;

use super::{OF_IMAGES, of};
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "annotations.md#pre-defined-annotation-keys",
    valid: &[
        Mutation::document("authors", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.authors", "Ada <ada@example.com>, the crew at berth 7");
        }),
        Mutation::document("semantic-version", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.version", "1.2.3-rc.1+b");
        }),
        Mutation::document("other-version", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.version", "2024a (spring tide)");
        }),
        Mutation::document("revision", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.revision", "r4711, with local changes");
        }),
        Mutation::document("vendor", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.vendor", "Häfen & Söhne");
        }),
        Mutation::document("title", OF_IMAGES, |part, _| of(part).set("org.opencontainers.image.title", "")),
        Mutation::document("description", OF_IMAGES, |part, _| {
            of(part).set("org.opencontainers.image.description", "first line\nsecond line\n");
        }),
    ],
    ..Rule::BASE
};
