//! What a converter adds to the environment has no name that the image uses.
//!
//! Of two entries with one name some programs see the first and some the last.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::{CONFIG, execution, names, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#verbatim-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("path", CONFIG, |config, _| env(config, &["PATH=/opt/tide/bin"])),
        Mutation::document("home", CONFIG, |config, _| env(config, &["HOME=/nowhere"])),
        Mutation::document("term", CONFIG, |config, _| env(config, &["TERM=dumb"])),
        Mutation::document("container", CONFIG, |config, _| env(config, &["container=oci", "HOSTNAME=x"])),
    ],
    ..Rule::BASE
};

fn env(config: &mut Tree, entries: &[&str]) {
    set(config, "Env", Tree::strings(entries));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let found = names(&converted.found.env);
    for (name, count) in names(&converted.wanted.env) {
        let set = found.get(name).copied().unwrap_or_default();
        if set > count {
            let at = execution(converted).and_then(|execution| execution.env);
            report(findings, at, format!("{name} set {set} times in process.env"), count.to_string());
        }
    }
}
