//! Every volume gets a mount, so that what is written there does not end up in the root file system.
//!
//! How it is mounted is up to the converter, and so is whether to mount at all: something else may
//! keep the data apart.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::volumes_destination::cleaned;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#optional-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("one", CONFIG, |config, _| set_volumes(config, &["/data"])),
        Mutation::document("several", CONFIG, |config, _| set_volumes(config, &["/data", "/var/lib/tide", "/srv"])),
        Mutation::document("one-below-another", CONFIG, |config, _| set_volumes(config, &["/data", "/data/log"])),
        Mutation::document("not-there", CONFIG, |config, _| set_volumes(config, &["/not/there"])),
    ],
    ..Rule::BASE
};

pub(super) fn set_volumes(config: &mut Tree, paths: &[&str]) {
    let volumes = paths.iter().map(|path| (path.to_string(), Tree::object([])));
    super::edits::set(config, "Volumes", Tree::Object(volumes.collect()));
}

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let is_mounted = |path: &String| converted.found.mounts.iter().any(|mount| cleaned(mount) == cleaned(path));
    for path in converted.wanted.mounts.iter().filter(|path| !is_mounted(path)) {
        let at = execution(converted).and_then(|execution| execution.volumes);
        report(findings, at, format!("no mount at {path:?}"), "one for each volume".to_owned());
    }
}
