//! Entries whose own paths lead out of the root.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-01",
    says: "A path with .. or a leading slash is joined to the root as text, and names something outside.",
    references: &["CVE-2014-9356", "CVE-2024-0406", "CVE-2024-24579", "CVE-2026-28406"],
    cases: &[
        Case {
            name: "parents",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Layers(|place| vec![vec![file(place.relative("parents"), "out\n")]]),
        },
        Case {
            name: "parents-in-the-middle",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Layers(|place| {
                let path = [b"etc/../", place.relative("middle").as_slice()].concat();
                vec![vec![file(path, "out\n")]]
            }),
        },
        Case {
            name: "parents-of-a-directory",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Layers(|place| vec![vec![directory(place.relative("new/"))]]),
        },
        Case {
            name: "parents-over-a-file",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Layers(|place| vec![vec![file(place.relative("plain"), "changed\n")]]),
        },
        Case {
            name: "absolute",
            expect: Expect::Contain,
            flags: &[Flag::AbsolutePath],
            make: Make::Layers(|place| vec![vec![file(place.absolute("absolute"), "out\n")]]),
        },
        Case {
            name: "absolute-with-two-slashes",
            expect: Expect::Contain,
            flags: &[Flag::AbsolutePath],
            make: Make::Layers(|place| {
                vec![vec![file([b"/", place.absolute("plain").as_slice()].concat(), "changed\n")]]
            }),
        },
        Case {
            name: "names-with-dots",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| {
                vec![vec![file("data/..log", "1\n"), file("data/...", "2\n"), file("data/log..", "3\n")]]
            }),
        },
        Case {
            name: "links-that-climb",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("data-link", place.relative("plain"))]]),
        },
    ],
};
