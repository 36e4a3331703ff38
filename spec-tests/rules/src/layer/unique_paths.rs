//! No path stands twice in the archive of a layer.
//!
//! Some readers keep the first entry and some the last, so that one layer unpacks to two file systems.

use seaworthy_generators::layer::{directory, file, hard_link, symlink};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::tar::{EntryKind, Member};

use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

/// Paths are compared as they are written: whether `a` and `./a` are one path, the specification does
/// not say.
pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#distributable-format",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("hard-link-to-a-path-with-an-entry", |members, _| {
            *members = vec![file("one", "1"), hard_link("two", "one")];
        }),
        Mutation::entries("one-name-in-two-directories", |members, _| {
            *members = vec![file("d/one", "1"), file("e/one", "1")];
        }),
        Mutation::entries("upper-and-lower-case", |members, _| {
            *members = vec![file("reef", "1"), file("REEF", "2")];
        }),
        Mutation::entries("whiteout-and-what-it-removes", |members, _| {
            *members = vec![file("etc/.wh.motd", ""), file("etc/motd", "2")];
        }),
    ],
    invalid: &[
        Mutation::entries("the-same-entry", |members, _| {
            let first = members.iter().find(|it| !it.entry.path.contains(&b'w')).cloned();
            members.extend(first);
        }),
        Mutation::entries("other-content", |members, _| {
            *members = vec![file("reef", "1"), file("reef", "2")];
        }),
        Mutation::entries("directory-twice", |members, _| {
            *members = vec![directory("reef/"), file("reef/rock", "r"), directory("reef/")];
        }),
        Mutation::entries("directory-and-file", |members, _| {
            *members = vec![file("reef", "1"), directory("reef")];
        }),
        Mutation::entries("symbolic-link-and-file", |members, _| {
            *members = vec![symlink("reef", "etc"), file("reef", "2")];
        }),
        Mutation::entries("whiteout-twice", |members, _| {
            *members = vec![file(".wh.reef", ""), file(".wh.reef", "")];
        }),
    ],
    unclear: &[
        Mutation::entries("dot-in-front-of-one", |members, _| {
            *members = vec![file("reef", "1"), file("./reef", "2")];
        }),
        Mutation::entries("slash-in-front-of-one", |members, _| {
            *members = vec![file("reef", "1"), file("/reef", "2")];
        }),
        Mutation::entries("two-slashes-in-one", |members, _| {
            *members = vec![file("d/reef", "1"), file("d//reef", "2")];
        }),
        Mutation::entries("slash-after-one", |members, _| {
            *members = vec![file("reef", "1"), directory("reef/")];
        }),
        Mutation::entries("equal-once-normalised", |members, _| {
            *members = vec![file("bre\u{301}f", "1"), file("bréf", "2")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, before: &Paths, findings: &mut Findings<'_>) {
    if matches!(member.entry.kind, EntryKind::Other(_)) {
        return;
    }
    if let Some(first) = before.repeated() {
        let found = format!("the path of entry {first} again");
        findings.report_entry(member, member.position.header, found, "one entry for each path");
    }
}
