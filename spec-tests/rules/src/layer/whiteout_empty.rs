//! A whiteout is an empty file.
//!
//! Its content would be lost, so whoever put it there meant something else.

use seaworthy_generators::layer::{file};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::tar::{EntryKind, Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#whiteouts",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("of-a-file", |members, _| {
            *members = vec![file("etc/.wh.motd", "")];
        }),
    ],
    invalid: &[
        Mutation::entries("with-content", |members, _| {
            *members = vec![file(".wh.reef", "rock\n")];
        }),
        Mutation::entries("in-a-directory", |members, _| {
            *members = vec![file("reef/.wh.rock", "x")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    let is_marker = Marker::read(name(&member.entry)).is_some();
    if is_marker && member.entry.kind == EntryKind::File && member.entry.size > 0 {
        let found = format!("a whiteout of {} bytes", member.entry.size);
        findings.report_entry(member, member.position.header, found, "an empty file");
    }
}
