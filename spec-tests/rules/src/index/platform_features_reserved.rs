//! The member `features` of a platform is kept for later versions, and not used in this one.
//!
//! It once meant features of the CPU in Docker's format. What it will mean is open, so whoever
//! writes it now may be misread later; readers pass over it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::Platform;

use crate::{Check, Findings, Grade, Rule};

/// "Reserved" comes without a keyword that forbids anything, so this is advice.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Platform(check),
    invalid: &[
        Mutation::document("present", &[Part::Platform], |platform, _| {
            platform.set("features", Tree::strings(&["sse4"]));
        }),
        Mutation::document("empty", &[Part::Platform], |platform, _| platform.set("features", Vec::new())),
    ],
    ..Rule::BASE
};

fn check(platform: &Platform<'_>, findings: &mut Findings<'_>) {
    if let Some(value) = platform.features {
        findings.report(value, "a member \"features\"", "no such member, as it is reserved");
    }
}
