//! There are as many diff IDs as the image has layers.
//!
//! Unpackers walk both lists at once. One that ends with the shorter list leaves layers out or
//! unverified; one that trusts the longer reads past an end.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{Kind, Value};
use seaworthy_image::views::{Config, Manifest};

use super::rootfs;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

/// The edits keep the history in step, which is counted against the diff IDs by a rule of its own.
pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Image(check),
    invalid: &[
        Mutation::document("one-too-few", CONFIG, |config, _| {
            diff_ids(config).pop();
            config.member("history").items().pop();
        }),
        Mutation::document("one-too-many", CONFIG, |config, _| {
            let last = diff_ids(config).last().cloned();
            diff_ids(config).extend(last);
            let entry = Tree::object([("created_by", "add nothing".into())]);
            config.member("history").items().push(entry);
        }),
        Mutation::document("none", CONFIG, |config, _| {
            diff_ids(config).clear();
            config.member("history").items().clear();
        }),
    ],
    ..Rule::BASE
};

fn diff_ids(config: &mut Tree) -> &mut Vec<Tree> {
    config.member("rootfs").member("diff_ids").items()
}

fn check(manifest: &Manifest<'_>, config: &Config<'_>, findings: &mut Findings<'_>) {
    let is_array = |value: &Value<'_>| value.kind() == Kind::Array;
    let Some(layers) = manifest.layers.filter(is_array) else { return };
    let Some(diff_ids) = rootfs(config).and_then(|rootfs| rootfs.diff_ids).filter(is_array) else { return };
    let (found, wanted) = (diff_ids.items().count(), layers.items().count());
    if found != wanted {
        findings.report(layers, format!("{wanted} layers"), format!("{found}, one for each diff ID"));
    }
}
