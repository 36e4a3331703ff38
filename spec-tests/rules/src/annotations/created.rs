//! The annotation `org.opencontainers.image.created` is a date and time of RFC 3339.
//!
//! Tools sort and expire images by it. One that cannot read the date takes the image for new, or
//! for one of the year 1.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::annotations::Value as Kind;
use seaworthy_image::date_time;
use seaworthy_image::json::Value;

use super::{OF_IMAGES, of, values_of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const KEY: &str = "org.opencontainers.image.created";

/// The form is described without a keyword, and no tool holds images to it: so this is advice.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("utc", OF_IMAGES, |part, _| of(part).set(KEY, "2026-01-02T03:04:05Z")),
        Mutation::document("offset-and-fraction", OF_IMAGES, |part, _| {
            of(part).set(KEY, "2026-01-02T03:04:05.678901234+05:30");
        }),
        Mutation::document("lower-case", OF_IMAGES, |part, _| of(part).set(KEY, "2026-01-02t03:04:05z")),
    ],
    invalid: &[
        Mutation::document("word", OF_IMAGES, |part, _| of(part).set(KEY, "yesterday")).after("utc"),
        Mutation::document("date-only", OF_IMAGES, |part, _| of(part).set(KEY, "2026-01-02")).after("utc"),
        Mutation::document("no-offset", OF_IMAGES, |part, _| of(part).set(KEY, "2026-01-02T03:04:05"))
            .after("utc"),
        Mutation::document("seconds-since-1970", OF_IMAGES, |part, _| of(part).set(KEY, "1767323045"))
            .after("utc"),
        Mutation::document("no-such-day", OF_IMAGES, |part, _| of(part).set(KEY, "2026-02-30T03:04:05Z"))
            .after("utc"),
        Mutation::document("empty", OF_IMAGES, |part, _| of(part).set(KEY, "")).after("utc"),
    ],
    // RFC 3339 mentions this form, which its grammar does not have.
    unclear: &[
        Mutation::document("blank-for-t", OF_IMAGES, |part, _| of(part).set(KEY, "2026-01-02 03:04:05Z"))
            .after("utc"),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for (value, text) in values_of(annotations, Kind::DateTime, findings.version()) {
        if let Err(error) = date_time::check(&text) {
            findings.report(value, error.to_string(), "a date-time (RFC 3339, section 5.6)");
        }
    }
}
