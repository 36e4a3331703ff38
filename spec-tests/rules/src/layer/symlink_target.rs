//! A symbolic link is unpacked with the target that its entry has, byte for byte.
//!
//! Where it leads is a matter of the running container, in which the root is another one. An unpacker that
//! resolves, shortens or refuses targets breaks images that everybody else runs.

use seaworthy_generators::layer::{symlink};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#file-attributes",
    valid: &[
        Mutation::entries("relative", |members, _| {
            *members = vec![symlink("l", "etc/motd")];
        }),
        Mutation::entries("absolute", |members, _| {
            *members = vec![symlink("l", "/etc/motd")];
        }),
        Mutation::entries("dangling", |members, _| {
            *members = vec![symlink("l", "no/such/file")];
        }),
        Mutation::entries("above-the-root", |members, _| {
            *members = vec![symlink("l", "../../../etc/motd")];
        }),
        Mutation::entries("to-a-directory", |members, _| {
            *members = vec![symlink("l", "etc")];
        }),
        Mutation::entries("to-itself", |members, _| {
            *members = vec![symlink("l", "l")];
        }),
        Mutation::entries("not-normalised", |members, _| {
            *members = vec![symlink("l", "./etc//ports/../motd")];
        }),
        Mutation::entries("longer-than-its-field", |members, _| {
            *members = vec![symlink("l", "t".repeat(150))];
        }),
        Mutation::entries("not-utf-8", |members, _| {
            *members = vec![symlink("l", b"\xff\xfe")];
        }),
        Mutation::entries("with-a-line-feed", |members, _| {
            *members = vec![symlink("l", "a\nb")];
        }),
    ],
    unclear: &[
        Mutation::entries("empty", |members, _| {
            *members = vec![symlink("l", "")];
        }),
    ],
    ..Rule::BASE
};
