//! What follows the prefix of a whiteout is the name of a file.
//!
//! `.` and `..` are no names of files. A program that joins them to the directory deletes that directory,
//! or the one above it, the root's own parent among them.

use seaworthy_generators::layer::{file};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#whiteouts",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("hidden-file", |members, _| {
            *members = vec![file("etc/ports/.wh..hidden", "")];
        }),
        Mutation::entries("three-dots", |members, _| {
            *members = vec![file("etc/.wh....", "")];
        }),
        Mutation::entries("dash", |members, _| {
            *members = vec![file(".wh.-x", "")];
        }),
        Mutation::entries("wh-itself", |members, _| {
            *members = vec![file(".wh.wh.motd", "")];
        }),
        Mutation::entries("two-words", |members, _| {
            *members = vec![file(".wh.two words", "")];
        }),
        Mutation::entries("line-feed", |members, _| {
            *members = vec![file(".wh.a\nb", "")];
        }),
        Mutation::entries("beyond-ascii", |members, _| {
            *members = vec![file(".wh.bréf", "")];
        }),
        Mutation::entries("not-utf-8", |members, _| {
            *members = vec![file(b".wh.\xff", "")];
        }),
    ],
    invalid: &[
        Mutation::entries("dot-at-the-root", |members, _| {
            *members = vec![file(".wh..", "")];
        }),
        Mutation::entries("dots-at-the-root", |members, _| {
            *members = vec![file(".wh...", "")];
        }),
        Mutation::entries("dot-in-a-directory", |members, _| {
            *members = vec![file("reef/.wh..", "")];
        }),
        Mutation::entries("dots-in-a-directory", |members, _| {
            *members = vec![file("reef/.wh...", "")];
        }),
    ],
    unclear: &[
        Mutation::entries("nothing-at-the-root", |members, _| {
            *members = vec![file(".wh.", "")];
        })
        .until(SpecVersion::V1_1_1),
        Mutation::entries("nothing-in-a-directory", |members, _| {
            *members = vec![file("etc/.wh.", "")];
        })
        .until(SpecVersion::V1_1_1),
    ],
    ..Rule::BASE
};

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    if Marker::read(name(&member.entry)) == Some(Marker::Dots) {
        findings.report_entry(member, member.position.header, "a whiteout of . or ..", "the name of a file");
    }
}
