//! Canonical JSON is a choice of whoever writes: JSON in any other form is read all the same.
//!
//! The dialect that was advised up to 1.1.1 is not even a subset of JSON, and RFC 8785 came
//! later, so no reader can expect either.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::DOCUMENTS;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "considerations.md#json",
    valid: &[
        // What RFC 8785 makes of a document without white space, numbers and escapes.
        Mutation::document("members-sorted", DOCUMENTS, |document, _| sort(document)),
        Mutation::bytes("a-member-to-a-line", DOCUMENTS, |bytes, _| {
            let text = String::from_utf8_lossy(bytes).replace(",\"", ",\r\n\t \"");
            *bytes = format!("{text}\n").into_bytes();
        }),
    ],
    ..Rule::BASE
};

fn sort(tree: &mut Tree) {
    match tree {
        Tree::Array(items) => items.iter_mut().for_each(sort),
        Tree::Object(members) => {
            members.sort_by_cached_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            members.iter_mut().for_each(|(_, value)| sort(value));
        }
        _ => {}
    }
}
