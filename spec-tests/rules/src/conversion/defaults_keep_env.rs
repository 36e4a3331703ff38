//! The defaults of a converter do not change or remove a variable that the image sets.
//!
//! `PATH`, `HOME` and `TERM` are what converters have defaults for, and an image that sets them has
//! a reason to.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#conversion-to-oci-runtime-configuration",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("path", CONFIG, |config, _| env(config, &["PATH=/opt/tide/bin"])),
        Mutation::document("home", CONFIG, |config, _| env(config, &["HOME=/nowhere"])),
        Mutation::document("term", CONFIG, |config, _| env(config, &["TERM=dumb"])),
        Mutation::document("hostname", CONFIG, |config, _| env(config, &["HOSTNAME=lighthouse"])),
        Mutation::document("empty-values", CONFIG, |config, _| env(config, &["PATH=", "HOME=", "TERM="])),
    ],
    ..Rule::BASE
};

fn env(config: &mut Tree, entries: &[&str]) {
    set(config, "Env", Tree::strings(entries));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let env = &converted.found.env;
    if let Some(entry) = converted.wanted.env.iter().find(|entry| !env.contains(entry)) {
        let found = format!("process.env {env:?}");
        report(findings, execution(converted).and_then(|execution| execution.env), found, format!("{entry:?} in it"));
    }
}
