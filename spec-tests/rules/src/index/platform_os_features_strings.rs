//! The optional `os.features` of a platform is an array of strings.
//!
//! Each one is something the host has to have. A reader that skips a list it cannot read starts
//! the image on a host that lacks it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::{Platform, items};

use super::unless_null;
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const PLATFORM: &[Part] = &[Part::Platform];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    valid: &[
        Mutation::document("empty", PLATFORM, |platform, _| platform.set("os.features", Vec::new())),
        Mutation::document("of-another-system", PLATFORM, |platform, _| {
            platform.set("os.features", Tree::strings(&["erofs"]));
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("string", PLATFORM, |platform, _| platform.set("os.features", "win32k"))
            .after("empty"),
        Mutation::document("object", PLATFORM, |platform, _| {
            platform.set("os.features", Tree::object([]));
        })
        .after("empty"),
        Mutation::document("number-in-it", PLATFORM, |platform, _| {
            platform.set("os.features", vec![1.into()]);
        })
        .after("empty"),
        Mutation::document("null-in-it", PLATFORM, |platform, _| {
            platform.set("os.features", vec![Tree::Null]);
        })
        .after("empty"),
    ],
    unclear: &[Mutation::document("null", PLATFORM, |platform, _| platform.set("os.features", Tree::Null))],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    expect_kind(unless_null(platform.os_features), Kind::Array, findings);
    for feature in items(platform.os_features) {
        expect_kind(Some(feature), Kind::String, findings);
    }
}
