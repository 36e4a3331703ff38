//! The mount of a volume has the volume's path as its destination, as it is written.
//!
//! Whoever compares the two texts later finds no mount for a volume whose path was cleaned.

use seaworthy_generators::mutation::Mutation;

use super::volumes::set_volumes;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#optional-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("slash-at-the-end", CONFIG, |config, _| set_volumes(config, &["/data/"])),
        Mutation::document("two-slashes", CONFIG, |config, _| set_volumes(config, &["/data//log"])),
        Mutation::document("blanks", CONFIG, |config, _| set_volumes(config, &["/two words "])),
        Mutation::document("capital-letters", CONFIG, |config, _| set_volumes(config, &["/Data"])),
    ],
    // Both leave the root if they are taken literally.
    unclear: &[
        Mutation::document("out-of-the-root", CONFIG, |config, _| set_volumes(config, &["/data/../../etc"])),
        Mutation::document("relative", CONFIG, |config, _| set_volumes(config, &["data"])),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let found = &converted.found.mounts;
    for path in converted.wanted.mounts.iter().filter(|path| !found.contains(path)) {
        // A volume without any mount is for another rule.
        let Some(changed) = found.iter().find(|mount| cleaned(mount) == cleaned(path)) else { continue };
        let at = execution(converted).and_then(|execution| execution.volumes);
        report(findings, at, format!("a mount at {changed:?}"), format!("one at {path:?}"));
    }
}

/// A path without what makes no difference, in lower case: to find a mount whose destination was
/// changed.
pub(super) fn cleaned(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').map(str::trim).filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/").to_lowercase()
}
