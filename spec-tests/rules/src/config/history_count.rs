//! As many entries of the history as there are diff IDs made a layer; all others are marked empty.
//!
//! Tools that show which command made which layer count along. Many images have a shorter history,
//! and the specification's own example once had, so this is advice.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::{Kind, Value};
use seaworthy_image::views::{Config, History};

use super::{edit_first_entry, given, rootfs};
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[Mutation::document("entries-that-made-no-layer", CONFIG, |config, _| {
        entries(config).insert(0, Tree::object([("empty_layer", true.into())]));
        entries(config).push(Tree::object([("empty_layer", true.into())]));
    })],
    invalid: &[
        Mutation::document("one-too-few", CONFIG, |config, _| drop(entries(config).pop())),
        Mutation::document("one-too-many", CONFIG, |config, _| entries(config).push(Tree::object([]))),
        Mutation::document("layer-marked-empty", CONFIG, |config, _| {
            edit_first_entry(config, |entry| entry.set("empty_layer", true));
        }),
        Mutation::document("no-layer-and-not-marked", CONFIG, |config, _| {
            edit_first_entry(config, |entry| entry.set("empty_layer", false));
        })
        .after("entries-that-made-no-layer"),
    ],
    ..Rule::BASE
};

fn entries(config: &mut Tree) -> &mut Vec<Tree> {
    config.member("history").items()
}

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    let is_array = |value: &Value<'_>| value.kind() == Kind::Array;
    let Some(diff_ids) = rootfs(config).and_then(|rootfs| rootfs.diff_ids).filter(is_array) else { return };
    let Some(history) = config.history.filter(|value| value.items().next().is_some()) else { return };
    let Some(made) = history.items().map(made_a_layer).collect::<Option<Vec<bool>>>() else { return };
    let (found, wanted) = (made.into_iter().filter(|&made| made).count(), diff_ids.items().count());
    if found != wanted {
        findings.report(history, format!("{found} entries that made a layer"), format!("{wanted}"));
    }
}

/// Whether an entry made a layer; `None` if it is of a type that says nothing.
fn made_a_layer(entry: Value<'_>) -> Option<bool> {
    if !entry.is_object() {
        return None;
    }
    match given(History::of(entry).empty_layer) {
        Some(value) => value.as_bool().map(|empty| !empty),
        None => Some(true),
    }
}
