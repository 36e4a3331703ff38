//! A diff ID is a digest, and keeps the grammar of digests.
//!
//! Unpackers name directories and cache entries after diff IDs, and no descriptor stands between
//! them and this text.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::Digest;
use seaworthy_image::views::Config;

use super::edit_first_diff_id;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "config.md#layer-diffid",
    check: Check::Config(check),
    valid: &[
        // Nobody can compare such a diff ID with the layer, so unpackers are free to refuse it.
        Mutation::document("unregistered-algorithm", CONFIG, |config, _| {
            edit_first_diff_id(config, |_| "a+b.c_d-e:Zz0=_-".into());
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("no-algorithm", CONFIG, |config, _| {
            edit_first_diff_id(config, |digest| digest.replace("sha256:", ""));
        }),
        Mutation::document("no-encoded-part", CONFIG, |config, _| {
            edit_first_diff_id(config, |_| "sha256:".into());
        }),
        Mutation::document("uppercase-algorithm", CONFIG, |config, _| {
            edit_first_diff_id(config, |digest| digest.replace("sha256", "SHA256"));
        }),
        Mutation::document("parent-directory", CONFIG, |config, _| {
            edit_first_diff_id(config, |digest| digest.replace(':', ":../../"));
        }),
        Mutation::document("line-feed-at-the-end", CONFIG, |config, _| {
            edit_first_diff_id(config, |digest| format!("{digest}\n"));
        }),
        Mutation::document("empty", CONFIG, |config, _| {
            edit_first_diff_id(config, |_| String::new());
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    for value in super::diff_ids(config) {
        if let Some(Err(error)) = value.as_str().map(|text| Digest::parse(&text).map(drop)) {
            findings.report(value, error.to_string(), "algorithm:encoded");
        }
    }
}
