//! In the history, the date, the author, the command and the comment are strings, if they are given.
//!
//! The command is the one that people trip over: it is a command line here, and an array elsewhere
//! in the same document.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::History;

use super::{edit_first_entry, given};
use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];
const MEMBERS: &[&str] = &["created", "author", "created_by", "comment"];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::History(check),
    valid: &[
        Mutation::document("absent", CONFIG, |config, _| {
            edit_first_entry(config, |entry| MEMBERS.iter().for_each(|name| drop(entry.remove(name))));
        }),
        Mutation::document("author-and-comment", CONFIG, |config, _| {
            set(config, "author", "Ægir <æ@example.com>".into());
            set(config, "comment", "first\nsecond".into());
        }),
        Mutation::document("null", CONFIG, |config, _| {
            MEMBERS.iter().for_each(|name| set(config, name, Tree::Null));
        }),
    ],
    invalid: &[
        Mutation::document("number-for-the-date", CONFIG, |config, _| {
            set(config, "created", Tree::Integer(1_767_323_045));
        }),
        Mutation::document("array-for-the-author", CONFIG, |config, _| {
            set(config, "author", Tree::strings(&["Ann", "Ben"]));
        }),
        Mutation::document("array-for-the-command", CONFIG, |config, _| {
            set(config, "created_by", Tree::strings(&["add", "etc"]));
        }),
        Mutation::document("boolean-for-the-comment", CONFIG, |config, _| {
            set(config, "comment", false.into());
        }),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, name: &str, value: Tree) {
    edit_first_entry(config, |entry| entry.set(name, value.clone()));
}

fn check(history: &History<'_>, findings: &mut Findings<'_>) {
    for member in [history.created, history.author, history.created_by, history.comment] {
        expect_kind(given(member), Kind::String, findings);
    }
}
