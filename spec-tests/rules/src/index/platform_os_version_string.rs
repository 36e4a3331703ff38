//! The optional `os.version` of a platform is a string, of whatever form the implementation likes.
//!
//! Windows hosts pick by it, and MAY refuse what they do not know. Written as a number, `10.0`
//! loses its zero on the way.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Platform;

use super::unless_null;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const PLATFORM: &[Part] = &[Part::Platform];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    valid: &[
        Mutation::document("four-numbers", PLATFORM, |platform, _| {
            platform.set("os.version", "10.0.14393.1066");
        })
        .may_be_refused(),
        Mutation::document("no-version-at-all", PLATFORM, |platform, _| {
            platform.set("os.version", "not-a-version");
        })
        .may_be_refused(),
        Mutation::document("empty", PLATFORM, |platform, _| platform.set("os.version", ""))
            .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("number", PLATFORM, |platform, _| platform.set("os.version", 10))
            .after("four-numbers"),
        Mutation::document("array", PLATFORM, |platform, _| {
            platform.set("os.version", Tree::strings(&["10.0.14393.1066"]));
        })
        .after("four-numbers"),
    ],
    unclear: &[Mutation::document("null", PLATFORM, |platform, _| platform.set("os.version", Tree::Null))],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    expect_kind(unless_null(platform.os_version), Kind::String, findings);
}
