//! An entry records when the file was last modified, and unpacking restores it.
//!
//! Build tools decide by it what is out of date, and a digest over the unpacked tree depends on it. Only
//! whole seconds are compared: not every archive and not every file system has more.

use seaworthy_generators::layer::{directory, file, symlink, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::Member;
use seaworthy_image::tar::Time;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#file-attributes",
    valid: &[
        Mutation::entries("of-a-file", |members, _| {
            *members = vec![at(file("f", "f"), 1_000_000_000, 0)];
        }),
        Mutation::entries("of-a-directory-with-files", |members, _| {
            *members = vec![at(directory("d/"), 1_000_000_000, 0), file("d/f", "f")];
        }),
        Mutation::entries("of-a-directory-before-its-files-change", |members, _| {
            *members = vec![at(directory("etc/"), 1_000_000_000, 0), file("etc/motd", "later\n")];
        }),
        Mutation::entries("of-a-symbolic-link", |members, _| {
            *members = vec![at(symlink("l", "etc"), 1_000_000_000, 0)];
        }),
        Mutation::entries("epoch", |members, _| {
            *members = vec![at(file("f", "f"), 0, 0)];
        }),
        Mutation::entries("before-the-epoch", |members, _| {
            *members = vec![at(file("f", "f"), -86_400, 0)];
        })
        .may_be_refused(),
        Mutation::entries("after-2038", |members, _| {
            *members = vec![at(file("f", "f"), 4_294_967_296, 0)];
        }),
        Mutation::entries("after-2242", |members, _| {
            *members = vec![at(file("f", "f"), 8_589_934_593, 0)];
        }),
        Mutation::entries("between-seconds", |members, _| {
            *members = vec![at(file("f", "f"), 1_000_000_000, 123_456_789)];
        }),
    ],
    ..Rule::BASE
};

fn at(member: Member, seconds: i64, nanoseconds: u32) -> Member {
    with(member, |entry| entry.modified = Time { seconds, nanoseconds })
}
