//! A user that the image does not know is an error.
//!
//! A converter that goes on makes the process run as somebody else, most often as root.

use seaworthy_generators::mutation::Mutation;

use super::edits::{set, set_accounts, set_user_with};
use super::CONFIG;
use crate::rule::Role;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#configuser",
    binds: &[Role::Converter],
    valid: &[
        Mutation::document("known", CONFIG, |config, _| set(config, "User", "alice")),
        Mutation::document("number-without-an-account", CONFIG, |config, _| set(config, "User", "4711:4712")),
    ],
    refused: &[
        Mutation::document("unknown", CONFIG, |config, _| set(config, "User", "mallory")),
        Mutation::document("unknown-with-a-gid", CONFIG, |config, _| set(config, "User", "mallory:1000")),
        Mutation::document("in-another-case", CONFIG, |config, _| set(config, "User", "Alice")),
        Mutation::document("beginning-of-a-name", CONFIG, |config, _| set(config, "User", "ali")),
        Mutation::document("negative", CONFIG, |config, _| set(config, "User", "-1:1000")),
        // The machine knows it, and the image does not.
        Mutation::document("known-to-the-machine", CONFIG, |config, _| set(config, "User", "daemon")),
        Mutation::draft("no-accounts", CONFIG, |draft, _| set_accounts(draft, "alice", &[])),
        Mutation::draft("empty-accounts", CONFIG, |draft, _| {
            set_accounts(draft, "alice", &[("etc/passwd", b""), ("etc/group", b"")]);
        }),
        Mutation::draft("uid-above-32-bits", CONFIG, |draft, _| {
            set_user_with(draft, "eve", "eve:x:4294967296:1000::/:\n", "");
        }),
        Mutation::draft("uid-that-is-no-number", CONFIG, |draft, _| {
            set_user_with(draft, "eve", "eve:x:root:1000::/:\n", "");
        }),
    ],
    // The sentence speaks of the user alone.
    unclear: &[
        Mutation::document("unknown-group", CONFIG, |config, _| set(config, "User", "alice:mallory")),
        Mutation::document("uid-with-an-unknown-group", CONFIG, |config, _| set(config, "User", "1000:mallory")),
        Mutation::document("blank-before-the-number", CONFIG, |config, _| set(config, "User", " 1000")),
        Mutation::draft("account-with-a-sign-for-a-name", CONFIG, |draft, _| {
            set_user_with(draft, "-1", "-1:x:0:0::/:\n", "");
        }),
    ],
    ..Rule::BASE
};
