//! The operating system of a platform is a string.
//!
//! It must be there, so null does not do either: a typed reader turns null into the empty string
//! and matches no host.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::Platform;

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    invalid: &[
        Mutation::document("null", &[Part::Platform], |platform, _| platform.set("os", Tree::Null)),
        Mutation::document("number", &[Part::Platform], |platform, _| platform.set("os", 64)),
        Mutation::document("array", &[Part::Platform], |platform, _| {
            platform.set("os", Tree::strings(&["linux"]));
        }),
    ],
    unclear: &[Mutation::document("empty", &[Part::Platform], |platform, _| platform.set("os", ""))],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    expect_kind(platform.os, Kind::String, findings);
}
