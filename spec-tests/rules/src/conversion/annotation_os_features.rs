//! The features of the operating system become the annotation `org.opencontainers.image.os.features`.
//!
//! A list has to become a text here, and nothing says how: so what is asked is only that the
//! annotation is there when the image has features, and not there when it has no such member.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::conversion::OS_FEATURES;
use seaworthy_image::spec::SpecVersion;

use super::{CONFIG, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("one", CONFIG, |config, _| config.set("os.features", Tree::strings(&["tide"]))),
        Mutation::document("several", CONFIG, |config, _| {
            config.set("os.features", Tree::strings(&["tide", "moon", "a,b"]));
        }),
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("os.features"))),
    ],
    unclear: &[Mutation::document("empty", CONFIG, |config, _| config.set("os.features", Tree::strings(&[])))],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let is_there = converted.found.annotations.contains_key(OS_FEATURES);
    if is_there != converted.wanted.annotations.contains_key(OS_FEATURES) {
        let say = |is_there: bool| format!("{} annotation {OS_FEATURES}", if is_there { "an" } else { "no" });
        report(findings, converted.config.os_features, say(is_there), say(!is_there));
    }
}
