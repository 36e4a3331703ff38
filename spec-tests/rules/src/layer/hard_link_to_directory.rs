//! The target of a hard link is no directory.
//!
//! No file system makes such a link. Some programs copy the directory instead, and others give up.

use seaworthy_generators::layer::{directory, file, hard_link};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::tar::{Entry, EntryKind, Member};

use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#hardlinks",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("to-a-file-in-a-directory", |members, _| {
            *members = vec![directory("reef/"), file("reef/rock", "r"), hard_link("stone", "reef/rock")];
        }),
    ],
    invalid: &[
        Mutation::entries("to-a-directory", |members, _| {
            *members = vec![directory("reef/"), hard_link("rock", "reef")];
        }),
        Mutation::entries("with-a-slash", |members, _| {
            *members = vec![directory("reef/"), hard_link("rock", "reef/")];
        }),
        Mutation::entries("to-the-root", |members, _| {
            *members = vec![directory("./"), hard_link("rock", ".")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, before: &Paths, findings: &mut Findings<'_>) {
    let Entry { kind, link, .. } = &member.entry;
    if *kind == EntryKind::HardLink && before.has_directory(link) {
        let found = "a hard link to a directory";
        findings.report_entry(member, member.position.header, found, "a hard link to anything else");
    }
}
