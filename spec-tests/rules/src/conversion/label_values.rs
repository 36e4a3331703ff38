//! The values of labels are not changed.
//!
//! They are free text: blanks at the ends, line breaks and the empty text are as good as any other,
//! and what looks like code to somebody further down is still only text.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#annotations",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("empty", CONFIG, |config, _| label(config, "")),
        Mutation::document("blanks-at-the-ends", CONFIG, |config, _| label(config, "  low \t")),
        Mutation::document("several-lines", CONFIG, |config, _| label(config, "low\r\nhigh\n\n")),
        Mutation::document("not-ascii", CONFIG, |config, _| label(config, "Flóð \u{1f30a}\u{200b}")),
        Mutation::document("control-characters", CONFIG, |config, _| label(config, "\u{1b}[31mlow\u{7f}\u{1}")),
        Mutation::document("number", CONFIG, |config, _| label(config, "007.50")),
        Mutation::document("code", CONFIG, |config, _| {
            label(config, "$(id) `id` ${HOME} {{.Tide}} <b>&amp; !!python/object \"'\\");
        }),
        Mutation::document("long", CONFIG, |config, _| label(config, &"tide ".repeat(10_000))),
    ],
    ..Rule::BASE
};

fn label(config: &mut Tree, value: &str) {
    set(config, "Labels", Tree::object([("com.example.tide", value.into())]));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let labels = execution(converted).and_then(|execution| execution.labels);
    for label in labels.into_iter().flat_map(|labels| labels.members()) {
        let key = label.name();
        let wanted = converted.wanted.annotations.get(&*key);
        // Nobody reads more than the beginning of a long value.
        let say = |value: &String| format!("{:?}", value.chars().take(60).collect::<String>());
        match (converted.found.annotations.get(&*key), wanted) {
            (Some(found), Some(wanted)) if found != wanted => {
                report(findings, Some(label.value), format!("annotation {key:?} with {}", say(found)), say(wanted));
            }
            (None, Some(wanted)) => {
                report(findings, Some(label.value), format!("no annotation {key:?}"), say(wanted));
            }
            _ => {}
        }
    }
}
