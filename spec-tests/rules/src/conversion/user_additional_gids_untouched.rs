//! For a number, and beside a group that is given, `process.user.additionalGids` is left alone.
//!
//! config.md says otherwise of a number without a group: it applies the groups of the account. That
//! a given group keeps the others away, the first version does not say.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::spec::SpecVersion;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#configuser",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("uid", CONFIG, |config, _| set(config, "User", "1000")),
        Mutation::document("uid-and-gid", CONFIG, |config, _| set(config, "User", "1000:4711")),
        Mutation::document("uid-and-group", CONFIG, |config, _| set(config, "User", "1000:root")),
        Mutation::document("name-and-group", CONFIG, |config, _| set(config, "User", "alice:root"))
            .since(SpecVersion::V1_1_1),
        Mutation::document("name-and-gid", CONFIG, |config, _| set(config, "User", "alice:4711"))
            .since(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let user = &converted.found.user;
    let groups: Vec<_> = user.additional_gids.iter().filter(|gid| Some(**gid) != user.gid).collect();
    if !groups.is_empty() {
        let at = execution(converted).and_then(|execution| execution.user);
        report(findings, at, format!("process.user.additionalGids {groups:?}"), "none".to_owned());
    }
}
