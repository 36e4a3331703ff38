//! The encoded part of a diff ID has the form that its algorithm prescribes.
//!
//! The schema and the official validator take any string here, so a diff ID cut short by a
//! builder's slip goes unnoticed until an unpacker compares it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, Digest};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Config;

use super::edit_first_diff_id;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "config.md#layer-diffid",
    check: Check::Config(check),
    valid: &[
        // Like every algorithm that a version does not know, this one has no length of its own.
        Mutation::document("blake3-before-it-was-registered", CONFIG, |config, _| {
            edit(config, |_| "blake3:abcd".into());
        })
        .until(SpecVersion::V1_1_1)
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("uppercase-hex", CONFIG, |config, _| {
            edit(config, |encoded| format!("sha256:{}", encoded.to_uppercase()));
        }),
        Mutation::document("one-digit-short", CONFIG, |config, _| {
            edit(config, |encoded| format!("sha256:{}", without_first(encoded)));
        }),
        Mutation::document("one-digit-long", CONFIG, |config, _| {
            edit(config, |encoded| format!("sha256:{encoded}0"));
        }),
        Mutation::document("not-hex", CONFIG, |config, _| {
            edit(config, |encoded| format!("sha256:{}g", without_first(encoded)));
        }),
        Mutation::document("sha512-of-256-bits", CONFIG, |config, _| {
            edit(config, |encoded| format!("sha512:{encoded}"));
        }),
        Mutation::document("short-blake3", CONFIG, |config, _| edit(config, |_| "blake3:abcd".into()))
            .since(SpecVersion::Dev),
    ],
    ..Rule::BASE
};

/// Edits the first diff ID, given its encoded part.
fn edit(config: &mut Tree, change: impl Fn(&str) -> String) {
    edit_first_diff_id(config, |digest| change(digest.split_once(':').map_or("", |(_, encoded)| encoded)));
}

fn without_first(encoded: &str) -> &str {
    encoded.get(1..).unwrap_or_default()
}

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    for value in super::diff_ids(config) {
        let Some(text) = value.as_str() else { continue };
        let Ok(digest) = Digest::parse(&text) else { continue };
        let Some(algorithm) = Algorithm::registered(digest.algorithm(), findings.version()) else { continue };
        if let Err(error) = algorithm.check_encoded(digest.encoded()) {
            findings.report(value, error.to_string(), format!("a {algorithm} digest"));
        }
    }
}
