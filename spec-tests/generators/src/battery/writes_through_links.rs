//! Entries below a symbolic link that leads out of the root.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-02",
    says: "A link is unpacked first, and then a path through it: the file, or the directories above it, \
           come to be where the link leads.",
    references: &["RUSTSEC-2021-0080", "CVE-2021-38511", "CVE-2020-10696"],
    cases: &[
        Case {
            name: "file-through-an-absolute-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("")), file("l/new", "out\n")]]),
        },
        Case {
            name: "file-through-a-climbing-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.relative("")), file("l/new", "out\n")]]),
        },
        Case {
            name: "directories-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("")), file("l/new/deep/file", "out\n")]]
            }),
        },
        Case {
            name: "directory-entry-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("")), directory("l/new/")]]),
        },
        Case {
            name: "symlink-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("")), symlink("l/new", "plain")]]
            }),
        },
        Case {
            name: "over-a-file-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("")), file("l/plain", "changed\n")]]
            }),
        },
        Case {
            name: "link-alone",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute(""))]]),
        },
        Case {
            name: "dangling-link",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![symlink("l", "no/such/file"), file("m", "in\n")]]),
        },
    ],
};
