//! The optional `variant` of a platform is a string.
//!
//! The variants of ARM look like numbers, and are written as such by hand; a typed reader refuses
//! the whole index for it.

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
        Mutation::document("present", PLATFORM, |platform, _| {
            platform.set("architecture", "arm");
            platform.set("variant", "v7");
        }),
        Mutation::document("absent", PLATFORM, |platform, _| platform.set("architecture", "arm")),
    ],
    invalid: &[
        Mutation::document("number", PLATFORM, |platform, _| platform.set("variant", 7)).after("present"),
        Mutation::document("array", PLATFORM, |platform, _| {
            platform.set("variant", Tree::strings(&["v7"]));
        })
        .after("present"),
    ],
    unclear: &[
        Mutation::document("null", PLATFORM, |platform, _| platform.set("variant", Tree::Null)).after("present")
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    expect_kind(unless_null(platform.variant), Kind::String, findings);
}
