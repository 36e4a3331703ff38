//! A converter makes a user of a runtime configuration from the user of the image.
//!
//! One that leaves the field aside runs everything as root.

use seaworthy_generators::mutation::Mutation;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#parsed-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("as-it-is", CONFIG, |_, _| ()),
        Mutation::document("another", CONFIG, |config, _| set(config, "User", "65534:65533")),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let (found, wanted) = (converted.found.user.uid, converted.wanted.user.uid);
    if found.unwrap_or_default() == 0 && found != wanted {
        let at = execution(converted).and_then(|execution| execution.user);
        report(findings, at, "process.user is root".to_owned(), format!("uid {}", wanted.unwrap_or_default()));
    }
}
