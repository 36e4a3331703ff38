//! Keys of annotations are advised to be namespaced, in reverse domain notation.
//!
//! Everybody writes into the same map. Under a bare `version` two tools overwrite each other.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::annotations::is_reverse_domain;
use seaworthy_image::json::{Kind, Value};

use super::{EVERYWHERE, of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#rules",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("camel-case", EVERYWHERE, |part, _| of(part).set("com.example.myKey", "7")),
        Mutation::document("with-dash", EVERYWHERE, |part, _| of(part).set("io.example-port.berth", "7")),
    ],
    invalid: &[
        Mutation::document("no-dot", EVERYWHERE, |part, _| of(part).set("maintainer", "7")),
        Mutation::document("blank", EVERYWHERE, |part, _| of(part).set("my key", "7")),
        Mutation::document("empty", EVERYWHERE, |part, _| of(part).set("", "7")),
        Mutation::document("empty-label", EVERYWHERE, |part, _| of(part).set("com.example..berth", "7")),
    ],
    ..Rule::BASE
};

/// A member that is no annotation, as its value is no string, is another rule's matter.
fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for member in annotations.members().filter(|member| member.value.kind() == Kind::String) {
        let key = member.name();
        if !is_reverse_domain(&key) {
            findings.report(member.name_value(), format!("the key {key:?}"), "a key like com.example.key");
        }
    }
}
