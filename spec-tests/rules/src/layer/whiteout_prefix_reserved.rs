//! No file or directory of an image has a name that begins with `.wh.`.
//!
//! What lies below such a name is a file to one program, and part of a whiteout to the next.

use seaworthy_generators::layer::{file};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::tar::{Entry, EntryKind, Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#whiteouts",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("elsewhere-in-a-name", |members, _| {
            *members = vec![file("reef.wh.rock", "1"), file(".WH.reef", "2"), file(".wh", "3")];
        }),
    ],
    invalid: &[
        Mutation::entries("below-a-whiteout", |members, _| {
            *members = vec![file(".wh.reef/rock", "r")];
        }),
        Mutation::entries("below-an-opaque-whiteout", |members, _| {
            *members = vec![file("reef/.wh..wh..opq/rock", "r")];
        }),
        Mutation::entries("two-levels-below", |members, _| {
            *members = vec![file(".wh.reef/deep/rock", "r")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    let Entry { path, link, kind, .. } = &member.entry;
    let above = path.strip_suffix(name(&member.entry)).unwrap_or_default();
    let target: &[u8] = if *kind == EntryKind::HardLink { link } else { b"" };
    let mut components = [above, target].into_iter().flat_map(|path| path.split(|&byte| byte == b'/'));
    if components.any(|name| Marker::read(name).is_some()) {
        let found = "a path below a name that begins with .wh.";
        findings.report_entry(member, member.position.header, found, "other names for files");
    }
}
