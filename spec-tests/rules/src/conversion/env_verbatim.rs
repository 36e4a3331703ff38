//! The environment is copied to `process.env` as it is, entry by entry and in its order.
//!
//! A variable may refer to an earlier one in the mind of whoever reads it, values have equals signs
//! and line breaks, and nothing in them is expanded.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::set;
use super::{CONFIG, execution, lost_variable, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#verbatim-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("order", CONFIG, |config, _| env(config, &["TIDE=low", "MOON=new", "SUN=up"])),
        Mutation::document("empty-value", CONFIG, |config, _| env(config, &["TIDE=", "MOON=new"])),
        Mutation::document("equals-signs", CONFIG, |config, _| env(config, &["TIDE=low=1=", "MOON==new"])),
        Mutation::document("line-feed", CONFIG, |config, _| env(config, &["TIDE=low\nhigh\n", "MOON=new"])),
        Mutation::document("quotes", CONFIG, |config, _| env(config, &["TIDE=\"low\"", "MOON='new'"])),
        Mutation::document("blanks", CONFIG, |config, _| env(config, &["TIDE= low ", "MOON=\tnew"])),
        Mutation::document("not-ascii", CONFIG, |config, _| env(config, &["TIDE=Flóð \u{1f30a}"])),
        Mutation::document("names-in-two-cases", CONFIG, |config, _| env(config, &["tide=low", "TIDE=high"])),
        Mutation::document("reference-to-a-variable", CONFIG, |config, _| {
            env(config, &["TIDE=low", "SEA=$TIDE ${TIDE} $$"]);
        }),
    ],
    unclear: &[
        Mutation::document("name-twice", CONFIG, |config, _| env(config, &["TIDE=low", "MOON=new", "TIDE=high"])),
        Mutation::document("no-name", CONFIG, |config, _| env(config, &["=low", "MOON=new"])),
        Mutation::document("nul", CONFIG, |config, _| env(config, &["TIDE=low\0high", "MOON=new"])),
    ],
    ..Rule::BASE
};

fn env(config: &mut Tree, entries: &[&str]) {
    set(config, "Env", Tree::strings(entries));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    if let Some(entry) = lost_variable(converted) {
        let found = format!("process.env {:?}", converted.found.env);
        let at = execution(converted).and_then(|execution| execution.env);
        report(findings, at, found, format!("{entry:?} after the entries before it"));
    }
}
