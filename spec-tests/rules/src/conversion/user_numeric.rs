//! Numbers in the user are copied to `process.user.uid` and `process.user.gid` as they are.
//!
//! Nothing is looked up for them: an account whose name is such a number would otherwise take its
//! place. A number of more than 32 bits fits into no runtime configuration; wrapped round, or
//! looked up as a name, it becomes root.

use seaworthy_generators::mutation::Mutation;

use super::edits::{set, set_accounts, set_user_with};
use super::{CONFIG, execution, expect_user};
use crate::rule::{Converted, Role};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#configuser",
    binds: &[Role::Converter],
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("uid-and-gid", CONFIG, |config, _| set(config, "User", "65534:65533")),
        Mutation::document("root", CONFIG, |config, _| set(config, "User", "0:0")),
        Mutation::document("known-uid-with-another-gid", CONFIG, |config, _| set(config, "User", "1001:1000")),
        Mutation::document("uid", CONFIG, |config, _| set(config, "User", "1000")),
        Mutation::document("unknown-uid", CONFIG, |config, _| set(config, "User", "4711")),
        Mutation::document("31-bits", CONFIG, |config, _| set(config, "User", "2147483647:2147483647")),
        Mutation::document("32-bits", CONFIG, |config, _| set(config, "User", "2147483648:4294967294")),
        Mutation::document("name-and-gid", CONFIG, |config, _| set(config, "User", "alice:4711")),
        Mutation::draft("no-accounts", CONFIG, |draft, _| set_accounts(draft, "65534:65533", &[])),
        Mutation::draft("account-with-a-number-for-a-name", CONFIG, |draft, _| {
            set_user_with(draft, "4711:4712", "4711:x:0:0::/:\n", "4712:x:0:\n");
        }),
    ],
    refused: &[
        Mutation::document("uid-above-32-bits", CONFIG, |config, _| set(config, "User", "4294967296:1000")),
        Mutation::document("gid-above-32-bits", CONFIG, |config, _| set(config, "User", "1000:4294967296")),
        Mutation::document("uid-above-64-bits", CONFIG, |config, _| set(config, "User", "18446744073709551616:0")),
        Mutation::draft("account-named-like-a-number-above-32-bits", CONFIG, |draft, _| {
            set_user_with(draft, "4294967296", "4294967296:x:0:0::/:\n", "");
        }),
    ],
    unclear: &[
        Mutation::document("leading-zeros", CONFIG, |config, _| set(config, "User", "0010:0010")),
        Mutation::document("all-32-bits", CONFIG, |config, _| set(config, "User", "4294967295:4294967295")),
        Mutation::document("hexadecimal", CONFIG, |config, _| set(config, "User", "0x10:0x10")),
        Mutation::document("nothing-after-the-colon", CONFIG, |config, _| set(config, "User", "1000:")),
        Mutation::document("nothing-before-the-colon", CONFIG, |config, _| set(config, "User", ":1000")),
        Mutation::document("three-parts", CONFIG, |config, _| set(config, "User", "1000:1000:1000")),
    ],
    ..Rule::BASE
};

/// The group of a number alone is not defined here.
fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let user = execution(converted).and_then(|execution| execution.user).and_then(|user| user.as_str());
    expect_user(converted, user.is_some_and(|user| user.contains(':')), findings);
}
