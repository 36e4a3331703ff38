//! Every entry of the environment is a name and a value, joined by an equals sign.
//!
//! The first equals sign ends the name. Values have equals signs and line breaks of their own,
//! and the official validator wrongly refuses the latter.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::config_values::{EnvEntry, EnvError};
use seaworthy_image::views::{Execution, items};

use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("empty-value", CONFIG, |config, _| add(config, "TIDE=")),
        Mutation::document("equals-sign-in-the-value", CONFIG, |config, _| add(config, "TIDE=low=1")),
        Mutation::document("line-feed-in-the-value", CONFIG, |config, _| add(config, "TIDE=low\nhigh")),
        Mutation::document("quotes-in-the-value", CONFIG, |config, _| add(config, "TIDE=\"low\" 'high'")),
        Mutation::document("not-ascii", CONFIG, |config, _| add(config, "TIDE=Flóð \u{1f30a}")),
        Mutation::document("lowercase-name", CONFIG, |config, _| add(config, "tide.high-1=2")),
        Mutation::document("reference-to-a-variable", CONFIG, |config, _| add(config, "TIDE=$HOME ${PATH}")),
    ],
    invalid: &[
        Mutation::document("no-equals-sign", CONFIG, |config, _| add(config, "TIDE")),
        Mutation::document("colon-for-the-equals-sign", CONFIG, |config, _| add(config, "TIDE: low")),
        Mutation::document("empty", CONFIG, |config, _| add(config, "")),
    ],
    unclear: &[
        Mutation::document("no-name", CONFIG, |config, _| add(config, "=low")),
        Mutation::document("nul-in-the-value", CONFIG, |config, _| add(config, "TIDE=low\0high")),
        Mutation::document("line-feed-in-the-name", CONFIG, |config, _| add(config, "TI\nDE=low")),
        Mutation::document("name-twice", CONFIG, |config, _| add(config, "HOME=/tmp")),
    ],
    ..Rule::BASE
};

fn add(config: &mut Tree, entry: &str) {
    config.member("config").member("Env").items().push(entry.into());
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    for value in items(execution.env) {
        let Some(text) = value.as_str() else { continue };
        if let Err(error @ EnvError::NoEquals) = EnvEntry::parse(&text) {
            findings.report(value, error.to_string(), "VARNAME=VARVALUE");
        }
    }
}
