//! `process.user.additionalGids` holds the groups that list the user in the image.
//!
//! Without them a process lacks the access that the image gave its user. The user's own group may
//! be among them or not.

use std::collections::BTreeSet;

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::conversion::User;

use super::edits::{set, set_accounts, set_user_with};
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#configuser",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("two-groups", CONFIG, |config, _| set(config, "User", "alice")),
        Mutation::document("own-group-alone", CONFIG, |config, _| set(config, "User", "bob")),
        Mutation::document("no-group", CONFIG, |config, _| set(config, "User", "root")),
        Mutation::draft("name-that-begins-another", CONFIG, |draft, _| {
            set_user_with(draft, "alice", "", "net:x:7001:alicette,bob\nsea:x:7002:bob,alice,carol\n");
        }),
        Mutation::draft("no-group-file", CONFIG, |draft, _| {
            set_accounts(draft, "alice", &[("etc/passwd", b"alice:x:1000:1000::/:\n")]);
        }),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let groups = |user: &User| -> BTreeSet<u64> {
        user.additional_gids.iter().copied().filter(|gid| Some(*gid) != converted.wanted.user.gid).collect()
    };
    let (found, wanted) = (groups(&converted.found.user), groups(&converted.wanted.user));
    if found != wanted {
        let at = execution(converted).and_then(|execution| execution.user);
        report(findings, at, format!("process.user.additionalGids {found:?}"), format!("{wanted:?}"));
    }
}
