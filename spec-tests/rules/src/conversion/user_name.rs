//! The names of a user and a group are looked up in the image.
//!
//! Not on the machine that converts: its alice is another one. A user's own group is that of the
//! account, unless another one is given.

use seaworthy_generators::mutation::Mutation;

use super::edits::{set, set_user_with};
use super::{CONFIG, expect_user};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#configuser",
    check: Check::Conversion(|converted, findings| expect_user(converted, true, findings)),
    valid: &[
        Mutation::document("user", CONFIG, |config, _| set(config, "User", "alice")),
        Mutation::document("user-with-another-group", CONFIG, |config, _| set(config, "User", "bob")),
        Mutation::document("root", CONFIG, |config, _| set(config, "User", "root")),
        Mutation::document("user-and-group", CONFIG, |config, _| set(config, "User", "alice:staff")),
        Mutation::document("uid-and-group", CONFIG, |config, _| set(config, "User", "4711:tide")),
        // Every machine knows these two, and not by these numbers.
        Mutation::draft("name-that-the-machine-knows", CONFIG, |draft, _| {
            set_user_with(draft, "daemon:adm", "daemon:x:7001:7002::/:\n", "adm:x:7003:\n");
        }),
        Mutation::draft("odd-name", CONFIG, |draft, _| {
            set_user_with(draft, "_Captain.A-1", "_Captain.A-1:x:7001:7002::/:\n", "");
        }),
        Mutation::draft("name-twice", CONFIG, |draft, _| {
            set_user_with(draft, "alice", "alice:x:7001:7002::/:\n", "");
        }),
        Mutation::draft("name-that-begins-another", CONFIG, |draft, _| {
            set_user_with(draft, "alice", "alicette:x:7001:7002::/:\nali:x:7003:7004::/:\n", "");
        }),
        Mutation::draft("group-twice", CONFIG, |draft, _| set_user_with(draft, "alice:staff", "", "staff:x:7003:\n")),
    ],
    ..Rule::BASE
};
