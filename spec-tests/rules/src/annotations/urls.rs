//! The annotations `url`, `documentation` and `source` of an image are URLs.
//!
//! Web pages turn them into links. A path that means something in the author's checkout leads
//! nowhere, and tools that fetch sources cannot tell where from.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::annotations::Value as Kind;
use seaworthy_image::json::Value;
use seaworthy_image::uri::{self, UriKind};

use super::{OF_IMAGES, of, values_of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const URL: &str = "org.opencontainers.image.url";
const DOCUMENTATION: &str = "org.opencontainers.image.documentation";
const SOURCE: &str = "org.opencontainers.image.source";

/// The form is described without a keyword, and in practice these are texts: so this is advice.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("url", OF_IMAGES, |part, _| of(part).set(URL, "https://example.com/")),
        Mutation::document("documentation", OF_IMAGES, |part, _| {
            of(part).set(DOCUMENTATION, "https://example.com/doc?page=7#berths");
        }),
        Mutation::document("source", OF_IMAGES, |part, _| {
            of(part).set(SOURCE, "git+ssh://git@example.com/a/b.git");
        }),
    ],
    invalid: &[
        Mutation::document("url-of-words", OF_IMAGES, |part, _| of(part).set(URL, "not a url")).after("url"),
        Mutation::document("url-without-scheme", OF_IMAGES, |part, _| of(part).set(URL, "example.com/"))
            .after("url"),
        Mutation::document("empty-url", OF_IMAGES, |part, _| of(part).set(URL, "")).after("url"),
        Mutation::document("documentation-of-words", OF_IMAGES, |part, _| {
            of(part).set(DOCUMENTATION, "see the manual");
        })
        .after("documentation"),
        Mutation::document("source-of-words", OF_IMAGES, |part, _| of(part).set(SOURCE, "not a url"))
            .after("source"),
        Mutation::document("relative-source", OF_IMAGES, |part, _| of(part).set(SOURCE, "../b.git"))
            .after("source"),
    ],
    // The short form of ssh addresses is common, though it is no URL.
    unclear: &[
        Mutation::document("source-in-short-form", &[Part::Manifest], |part, _| {
            of(part).set(SOURCE, "git@example.com:a/b.git");
        })
        .after("source"),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for (value, text) in values_of(annotations, Kind::Url, findings.version()) {
        match uri::check(&text) {
            Ok(UriKind::Absolute { .. }) => {}
            Ok(UriKind::Relative) => findings.report(value, "a relative reference", "a URL with its scheme"),
            Err(error) => findings.report(value, error.to_string(), "a URL (RFC 3986)"),
        }
    }
}
