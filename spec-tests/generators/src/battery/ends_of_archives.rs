//! What comes at the end of an archive, and after it.

use seaworthy_image::tar::write::{BLOCK, END};

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file};

pub const FAMILY: Family = Family {
    id: "TAR-18",
    says: "Some readers stop at the first block of zeros, and some go on: they see two file systems.",
    references: &["CVE-2025-8194"],
    cases: &[
        Case {
            name: "entry-after-one-block",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| [&entry("one")[..], &END[..BLOCK], &entry("two"), &END].concat()),
        },
        Case {
            name: "entry-after-the-end",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| [&entry("one")[..], &END, &entry("two"), &END].concat()),
        },
        Case {
            name: "block-of-zeros-first",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| [&END[..BLOCK], &entry("one"), &END].concat()),
        },
        Case {
            name: "junk-after-the-end",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| [&entry("one")[..], &END, &[b'j'; BLOCK]].concat()),
        },
        Case {
            name: "no-end",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| entry("one")),
        },
        Case {
            name: "cut-in-content",
            expect: Expect::Reject,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| {
                let mut archive = Layer::new(vec![file("one", [b'1'; 5000])]).archive();
                archive.truncate(2048);
                archive
            }),
        },
        Case {
            name: "cut-in-a-header",
            expect: Expect::Reject,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| [&entry("one")[..], &entry("two")[..300]].concat()),
        },
        Case {
            name: "wrong-checksum",
            expect: Expect::Reject,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| {
                let mut second = entry("two");
                second[0] ^= 1;
                [&entry("one")[..], &second, &END].concat()
            }),
        },
        Case {
            name: "zeros-up-to-a-record",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archive(|_| {
                let mut archive = entry("one");
                archive.resize(20 * BLOCK, 0);
                archive
            }),
        },
    ],
};

/// A file without the end of the archive.
fn entry(name: &str) -> Vec<u8> {
    let mut archive = Layer::new(vec![file(name, "f\n")]).archive();
    archive.truncate(archive.len() - END.len());
    archive
}
