//! An entry records the numeric id of its owner, and unpacking restores it.
//!
//! Programs that run as other users lose their files, or keep access to those of others. Only root can
//! give files away: what an unprivileged program does instead is for it to say.

use seaworthy_generators::layer::{directory, file, symlink, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::Member;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#file-attributes",
    valid: &[
        Mutation::entries("ordinary", |members, _| {
            *members = vec![of(file("f", "f"), 1000)];
        }),
        Mutation::entries("of-a-directory", |members, _| {
            *members = vec![of(directory("d/"), 1000)];
        }),
        Mutation::entries("of-a-symbolic-link", |members, _| {
            *members = vec![of(symlink("l", "f"), 1000)];
        }),
        Mutation::entries("set-id-bits-besides", |members, _| {
            *members = vec![with(of(file("f", "f"), 1000), |entry| entry.mode = 0o6755)];
        }),
        Mutation::entries("nobody", |members, _| {
            *members = vec![of(file("f", "f"), 65534)];
        }),
        Mutation::entries("more-than-seven-octal-digits", |members, _| {
            *members = vec![of(file("f", "f"), 0o10_000_000)];
        }),
        Mutation::entries("largest", |members, _| {
            *members = vec![of(file("f", "f"), 4_294_967_294)];
        })
        .may_be_refused(),
    ],
    unclear: &[
        Mutation::entries("beyond-32-bits", |members, _| {
            *members = vec![of(file("f", "f"), 4_294_967_296)];
        }),
        Mutation::entries("minus-one", |members, _| {
            *members = vec![of(file("f", "f"), 4_294_967_295)];
        }),
    ],
    ..Rule::BASE
};

fn of(member: Member, id: u64) -> Member {
    with(member, |entry| entry.uid = id)
}
