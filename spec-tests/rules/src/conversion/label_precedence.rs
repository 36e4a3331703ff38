//! A label wins over the annotation of the same key that another member implies.
//!
//! Whoever sets such a label knows better than the field, and says so on purpose.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("os", CONFIG, |config, _| label(config, "os", "tideos")).since(SpecVersion::V1_1_1),
        Mutation::document("architecture", CONFIG, |config, _| label(config, "architecture", "any"))
            .since(SpecVersion::V1_1_1),
        Mutation::document("variant", CONFIG, |config, _| {
            config.set("variant", "v2");
            label(config, "variant", "v3");
        })
        .since(SpecVersion::V1_1_1),
        Mutation::document("os-version", CONFIG, |config, _| {
            config.set("os.version", "1");
            label(config, "os.version", "2");
        })
        .since(SpecVersion::V1_1_1),
        Mutation::document("os-features", CONFIG, |config, _| {
            config.set("os.features", Tree::strings(&["tide"]));
            label(config, "os.features", "moon");
        })
        .since(SpecVersion::V1_1_1),
        Mutation::document("author", CONFIG, |config, _| label(config, "author", "Bob")),
        Mutation::document("created", CONFIG, |config, _| label(config, "created", "2001-01-01T00:00:00Z")),
        Mutation::document("stop-signal", CONFIG, |config, _| {
            set(config, "StopSignal", "SIGINT");
            label(config, "stopSignal", "SIGKILL");
        }),
        Mutation::document("exposed-ports", CONFIG, |config, _| {
            set(config, "ExposedPorts", Tree::object([("80/tcp", Tree::object([]))]));
            label(config, "exposedPorts", "443/tcp");
        }),
        Mutation::document("the-same-value", CONFIG, |config, _| {
            set(config, "StopSignal", "SIGINT");
            label(config, "stopSignal", "SIGINT");
        }),
        Mutation::document("empty-value", CONFIG, |config, _| label(config, "author", "")),
    ],
    ..Rule::BASE
};

fn label(config: &mut Tree, name: &str, value: &str) {
    let key = format!("org.opencontainers.image.{name}");
    set(config, "Labels", Tree::object([(key.as_str(), value.into())]));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let labels = execution(converted).and_then(|execution| execution.labels);
    for label in labels.into_iter().flat_map(|labels| labels.members()) {
        let key = label.name();
        let (found, wanted) = (converted.found.annotations.get(&*key), converted.wanted.annotations.get(&*key));
        if found != wanted {
            let found = found.map_or(format!("no annotation {key}"), |found| format!("annotation {key} with {found:?}"));
            report(findings, Some(label.value), found, format!("the label's {:?}", wanted.map_or("", String::as_str)));
        }
    }
}
