//! New images do without the mark that arguments are escaped already.
//!
//! It is there for what Docker made for Windows; what exactly it does is left to that code.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Execution;

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Execution(check),
    invalid: &[
        Mutation::document("set", CONFIG, |config, _| config.member("config").set("ArgsEscaped", true)),
        Mutation::document("not-set", CONFIG, |config, _| config.member("config").set("ArgsEscaped", false)),
    ],
    ..Rule::BASE
};

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    if let Some(value) = execution.args_escaped.filter(|value| value.as_bool().is_some()) {
        findings.report(value, "a deprecated member", "no member \"ArgsEscaped\"");
    }
}
