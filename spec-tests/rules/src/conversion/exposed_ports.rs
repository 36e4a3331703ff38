//! The exposed ports become the annotation `org.opencontainers.image.exposedPorts`.
//!
//! A runtime configuration has no other place for them.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::conversion::EXPOSED_PORTS;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#configexposedports",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("one", CONFIG, |config, _| {
            set(config, "ExposedPorts", Tree::object([("80/tcp", Tree::object([]))]));
        }),
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("ExposedPorts"))),
    ],
    unclear: &[Mutation::document("none", CONFIG, |config, _| set(config, "ExposedPorts", Tree::object([])))],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let is_there = converted.found.annotations.contains_key(EXPOSED_PORTS);
    if is_there != converted.wanted.annotations.contains_key(EXPOSED_PORTS) {
        let say = |is_there: bool| format!("{} annotation {EXPOSED_PORTS}", if is_there { "an" } else { "no" });
        let at = execution(converted).and_then(|execution| execution.exposed_ports);
        report(findings, at, say(is_there), say(!is_there));
    }
}
