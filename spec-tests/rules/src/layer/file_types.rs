//! Entries are regular files, directories, symbolic links, devices and FIFOs.
//!
//! Devices need privileges that a program may lack, and there is no entry for a socket.

use seaworthy_generators::layer::{device, directory, fifo, file, symlink, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::tar::EntryKind;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#file-types",
    valid: &[
        Mutation::entries("regular-file", |members, _| {
            *members = vec![file("types/file", "f")];
        }),
        Mutation::entries("directory", |members, _| {
            *members = vec![directory("types/")];
        }),
        Mutation::entries("directory-without-slash", |members, _| {
            *members = vec![directory("types")];
        }),
        Mutation::entries("symbolic-link", |members, _| {
            *members = vec![symlink("types", "etc")];
        }),
        Mutation::entries("fifo", |members, _| {
            *members = vec![fifo("pipe")];
        })
        .may_be_refused(),
        Mutation::entries("character-device", |members, _| {
            *members = vec![device("null", EntryKind::CharDevice, 1, 3)];
        })
        .may_be_refused(),
        Mutation::entries("block-device", |members, _| {
            *members = vec![device("loop", EntryKind::BlockDevice, 7, 300)];
        })
        .may_be_refused(),
        Mutation::entries("large-device-numbers", |members, _| {
            *members = vec![device("far", EntryKind::CharDevice, 4095, 1_048_575)];
        })
        .may_be_refused(),
    ],
    unclear: &[
        Mutation::entries("contiguous-file", |members, _| {
            *members = vec![with(file("types", "f"), |entry| entry.kind = EntryKind::Other(b'7'))];
        }),
        Mutation::entries("unregistered-type", |members, _| {
            *members = vec![with(file("types", "f"), |entry| entry.kind = EntryKind::Other(b'Z'))];
        }),
        Mutation::entries("device-zero", |members, _| {
            *members = vec![device("removed", EntryKind::CharDevice, 0, 0)];
        }),
        Mutation::entries("directory-with-a-size", |members, _| {
            *members = vec![with(directory("types"), |entry| entry.size = 512), file("after", "a")];
        }),
    ],
    ..Rule::BASE
};
