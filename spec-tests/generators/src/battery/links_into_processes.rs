//! Links by way of what the kernel shows of a process.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-12",
    says: "`/proc/self` is another directory for every process: for the one that unpacks, it leads to where \
           that works.",
    references: &[],
    cases: &[
        Case {
            name: "working-directory",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|_| vec![vec![symlink("l", "/proc/self/cwd"), file("l/new", "out\n")]]),
        },
        Case {
            name: "over-a-file-in-the-working-directory",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|_| vec![vec![symlink("l", "/proc/self/cwd"), file("l/sentinel", "changed\n")]]),
        },
        Case {
            name: "working-directory-of-a-thread",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|_| vec![vec![symlink("l", "/proc/thread-self/cwd"), directory("l/new/")]]),
        },
        Case {
            name: "working-directory-in-two-layers",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![symlink("l", "/proc/self/cwd")], vec![file("l/.wh.sentinel", "")]]),
        },
        Case {
            // As many distributions have it.
            name: "table-of-mounts",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![symlink("etc/mtab", "../proc/self/mounts")]]),
        },
    ],
};
