//! Unless both are directories, what is there is removed, and made anew from the entry.
//!
//! A file that is opened and written in place changes every other name that it has, and whatever a link
//! leads to.

use seaworthy_generators::layer::{directory, fifo, file, hard_link, symlink};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#changeset-over-existing-files",
    valid: &[
        Mutation::entries("file-over-a-file", |members, _| {
            *members = vec![file("etc/motd", "new\n")];
        }),
        Mutation::entries("directory-over-a-file", |members, _| {
            *members = vec![directory("etc/motd/")];
        }),
        Mutation::entries("symbolic-link-over-a-file", |members, _| {
            *members = vec![symlink("etc/motd", "usr")];
        }),
        Mutation::entries("fifo-over-a-file", |members, _| {
            *members = vec![fifo("etc/motd")];
        })
        .may_be_refused(),
        Mutation::entries("file-over-a-directory", |members, _| {
            *members = vec![file("etc/ports", "new\n")];
        }),
        Mutation::entries("symbolic-link-over-a-directory", |members, _| {
            *members = vec![symlink("etc/ports", "usr")];
        }),
        Mutation::entries("fifo-over-a-directory", |members, _| {
            *members = vec![fifo("etc/ports")];
        })
        .may_be_refused(),
        Mutation::entries("file-over-a-link-to-a-file", |members, _| {
            *members = vec![file("etc/welcome", "new\n")];
        }),
        Mutation::entries("directory-over-a-link-to-a-file", |members, _| {
            *members = vec![directory("etc/welcome/")];
        }),
        Mutation::entries("symbolic-link-over-a-link-to-a-file", |members, _| {
            *members = vec![symlink("etc/welcome", "usr")];
        }),
        Mutation::entries("fifo-over-a-link-to-a-file", |members, _| {
            *members = vec![fifo("etc/welcome")];
        })
        .may_be_refused(),
        Mutation::entries("file-over-a-link-to-a-directory", |members, _| {
            *members = vec![file("lib", "new\n")];
        }),
        Mutation::entries("directory-over-a-link-to-a-directory", |members, _| {
            *members = vec![directory("lib/")];
        }),
        Mutation::entries("symbolic-link-over-a-link-to-a-directory", |members, _| {
            *members = vec![symlink("lib", "usr")];
        }),
        Mutation::entries("fifo-over-a-link-to-a-directory", |members, _| {
            *members = vec![fifo("lib")];
        })
        .may_be_refused(),
        Mutation::entries("file-over-a-hard-link", |members, _| {
            *members = vec![file("bin/dog", "new\n")];
        }),
        Mutation::entries("directory-over-a-hard-link", |members, _| {
            *members = vec![directory("bin/dog/")];
        }),
        Mutation::entries("symbolic-link-over-a-hard-link", |members, _| {
            *members = vec![symlink("bin/dog", "usr")];
        }),
        Mutation::entries("fifo-over-a-hard-link", |members, _| {
            *members = vec![fifo("bin/dog")];
        })
        .may_be_refused(),
        Mutation::entries("hard-link-over-a-file", |members, _| {
            *members = vec![file("new", "n"), hard_link("etc/motd", "new")];
        }),
        Mutation::entries("hard-link-over-a-directory", |members, _| {
            *members = vec![file("new", "n"), hard_link("etc/ports", "new")];
        }),
        Mutation::entries("one-of-two-names", |members, _| {
            *members = vec![file("bin/cat", "changed\n")];
        }),
        Mutation::entries("directory-with-files-over-a-link", |members, _| {
            *members = vec![directory("lib/"), file("lib/new", "n")];
        }),
        Mutation::entries("file-over-itself", |members, _| {
            *members = vec![file("etc/motd", "ahoy\n")];
        }),
    ],
    ..Rule::BASE
};
