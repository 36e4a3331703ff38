//! A whiteout is a regular file, whatever it removes.
//!
//! To a program that looks at types first, anything else is a directory, a link or a device of that name.

use seaworthy_generators::layer::{device, directory, fifo, file, hard_link, symlink};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{EntryKind, Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "layer.md#whiteouts",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("of-a-directory", |members, _| {
            *members = vec![file("etc/.wh.ports", "")];
        }),
        Mutation::entries("of-a-symbolic-link", |members, _| {
            *members = vec![file(".wh.lib", "")];
        }),
    ],
    invalid: &[
        Mutation::entries("directory", |members, _| {
            *members = vec![directory(".wh.reef/")];
        }),
        Mutation::entries("symbolic-link", |members, _| {
            *members = vec![symlink(".wh.reef", "etc")];
        }),
        Mutation::entries("fifo", |members, _| {
            *members = vec![fifo(".wh.reef")];
        }),
        Mutation::entries("character-device", |members, _| {
            *members = vec![device(".wh.reef", EntryKind::CharDevice, 0, 0)];
        }),
        Mutation::entries("hard-link", |members, _| {
            *members = vec![file("rock", ""), hard_link("reef/.wh.rock", "rock")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    let kind = member.entry.kind;
    if Marker::read(name(&member.entry)).is_some() && !matches!(kind, EntryKind::File | EntryKind::Other(_)) {
        findings.report_entry(member, member.position.header, kind.describe(), "a regular file");
    }
}
