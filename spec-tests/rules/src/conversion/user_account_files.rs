//! On Unix a user may be looked up by parsing `/etc/passwd` and `/etc/group` of the image.
//!
//! Both are old formats with odd lines in them, and a converter that stops at the first it does not
//! know runs no image of some distributions.

use seaworthy_generators::mutation::Mutation;

use super::edits::{set, set_accounts, set_user_with};
use super::CONFIG;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "conversion.md#configuser",
    valid: &[
        Mutation::document("plain", CONFIG, |config, _| set(config, "User", "alice")),
        Mutation::draft("comments-and-blank-lines", CONFIG, |draft, _| {
            set_user_with(draft, "alice", "# the crew\n\n", "# the watch\n\n");
        }),
        Mutation::draft("nis", CONFIG, |draft, _| set_user_with(draft, "alice", "+::::::\n-eve::::::\n", "+:::\n")),
        Mutation::draft("no-shell", CONFIG, |draft, _| set_user_with(draft, "carol", "carol:x:7001:50:::\n", "")),
        Mutation::draft("no-group-file", CONFIG, |draft, _| {
            set_accounts(draft, "alice", &[("etc/passwd", b"alice:x:1000:1000::/:\n")]);
        }),
        Mutation::draft("no-line-feed-at-the-end", CONFIG, |draft, _| {
            set_accounts(draft, "alice:staff", &[
                ("etc/passwd", b"alice:x:1000:1000::/:"),
                ("etc/group", b"staff:x:50:alice"),
            ]);
        }),
        Mutation::draft("not-utf-8", CONFIG, |draft, _| {
            set_accounts(draft, "alice", &[
                ("etc/passwd", b"\xc6gir:x:7001:7002:\xff:/:\nalice:x:1000:1000:\xe9:/:\n"),
                ("etc/group", b"\xc6gir:x:7002:\n"),
            ]);
        }),
    ],
    ..Rule::BASE
};
