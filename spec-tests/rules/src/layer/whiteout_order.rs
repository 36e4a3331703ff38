//! Whiteouts stand before the other entries of their directories.
//!
//! A program can then apply a layer in one pass.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::tar::{Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "layer.md#whiteouts",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("before-siblings", |members, _| {
            *members = vec![directory("etc/"), file("etc/.wh.motd", ""), file("etc/new", "n")];
        }),
        Mutation::entries("after-entries-elsewhere", |members, _| {
            *members = vec![file("reef/rock", "r"), file("etc/.wh.motd", "")];
        }),
    ],
    invalid: &[
        Mutation::entries("after-a-sibling", |members, _| {
            *members = vec![file("reef", "r"), file(".wh.rock", "")];
        }),
        Mutation::entries("after-a-sibling-in-a-directory", |members, _| {
            *members = vec![directory("sea/"), file("sea/reef", "r"), file("sea/.wh.rock", "")];
        }),
        Mutation::entries("between-siblings", |members, _| {
            *members = vec![file("reef", "r"), file(".wh.rock", ""), file("shore", "s")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, before: &Paths, findings: &mut Findings<'_>) {
    if Marker::read(name(&member.entry)).is_some() && before.has_sibling(&member.entry.path) {
        let found = "a whiteout after another entry of its directory";
        findings.report_entry(member, member.position.header, found, "whiteouts first");
    }
}
