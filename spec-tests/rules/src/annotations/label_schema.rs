//! Tools may read the older keys of Label Schema, each for the pre-defined key it corresponds to.
//!
//! Images still carry both. A tool that maps a key to the wrong one, or lets the older value win,
//! shows its users something that nobody wrote.

use seaworthy_generators::mutation::Mutation;

use super::{OF_IMAGES, of};
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "annotations.md#back-compatibility-with-label-schema",
    valid: &[
        Mutation::document("build-date", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.build-date", "2026-01-02T03:04:05Z");
        }),
        Mutation::document("url", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.url", "https://example.com/");
        }),
        Mutation::document("vcs-url", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.vcs-url", "https://example.com/a.git");
        }),
        Mutation::document("version", OF_IMAGES, |part, _| of(part).set("org.label-schema.version", "1.2.3")),
        Mutation::document("vcs-ref", OF_IMAGES, |part, _| of(part).set("org.label-schema.vcs-ref", "4f2a")),
        Mutation::document("vendor", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.vendor", "Example Port");
        }),
        Mutation::document("name", OF_IMAGES, |part, _| of(part).set("org.label-schema.name", "Chart")),
        Mutation::document("description", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.description", "A chart of the coast");
        }),
        Mutation::document("usage-at-a-url", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.usage", "https://example.com/doc");
        }),
        // Only where it is a URL does it correspond to the key for documentation.
        Mutation::document("usage-in-a-file", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.usage", "/usr/share/doc/chart/README");
        }),
        Mutation::document("both-families", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.version", "1.2.3");
            of(part).set("org.opencontainers.image.version", "4.5.6");
        }),
        Mutation::document("without-equivalent", OF_IMAGES, |part, _| {
            of(part).set("org.label-schema.schema-version", "1.0");
            of(part).set("org.label-schema.docker.cmd", "docker run chart");
        }),
    ],
    ..Rule::BASE
};
