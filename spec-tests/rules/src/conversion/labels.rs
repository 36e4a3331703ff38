//! Every label becomes an annotation.
//!
//! Keys are compared byte by byte: one that is folded to lower case is another key.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("one", CONFIG, |config, _| labels(config, &["com.example.tide"])),
        Mutation::document("several", CONFIG, |config, _| {
            labels(config, &["com.example.tide", "com.example.moon", "org.example.tide"]);
        }),
        Mutation::document("capital-letters", CONFIG, |config, _| {
            labels(config, &["com.example.TheTide", "com.example.thetide"]);
        }),
        Mutation::document("slashes", CONFIG, |config, _| labels(config, &["com.example/a/b", "com.example/~c"])),
        Mutation::document("pre-defined", CONFIG, |config, _| {
            labels(config, &["org.opencontainers.image.title", "org.opencontainers.image.vendor"]);
        }),
    ],
    ..Rule::BASE
};

fn labels(config: &mut Tree, keys: &[&str]) {
    let labels = keys.iter().map(|key| (key.to_string(), format!("of {key}").into()));
    set(config, "Labels", Tree::Object(labels.collect()));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let labels = execution(converted).and_then(|execution| execution.labels);
    for label in labels.into_iter().flat_map(|labels| labels.members()) {
        let key = label.name();
        if converted.wanted.annotations.contains_key(&*key) && !converted.found.annotations.contains_key(&*key) {
            report(findings, Some(label.value), format!("no annotation {key:?}"), "every label".to_owned());
        }
    }
}
