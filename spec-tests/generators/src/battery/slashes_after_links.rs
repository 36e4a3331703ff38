//! Links that are named with a slash, or with a slash and a dot, at the end.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, hard_link, symlink, with};

pub const FAMILY: Family = Family {
    id: "EXT-11",
    says: "The system follows a link whose name ends with a slash, where a program has only looked at the \
           name.",
    references: &["CVE-2025-22873", "CVE-2026-27139", "CVE-2026-39822"],
    cases: &[
        Case {
            name: "slash-and-dot",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("")), with(directory("l/."), |entry| entry.mode = 0o777)]]),
        },
        Case {
            name: "two-slashes",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("")), with(directory("l//"), |entry| entry.mode = 0o777)]]),
        },
        Case {
            name: "slash-and-dot-in-another-layer",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| {
                let below = symlink("l", place.absolute(""));
                vec![vec![below], vec![with(directory("l/./"), |entry| entry.mode = 0o777)]]
            }),
        },
        Case {
            name: "file-with-a-slash",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("plain")), file("l/", "changed\n")]]),
        },
        Case {
            name: "file-behind-a-dot",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("")), file("l/./new", "out\n")]]),
        },
        Case {
            name: "hard-link-to-a-slash",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::HardLink],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("plain")), hard_link("h", "l/")]]),
        },
        Case {
            name: "whiteout-behind-a-dot",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers, Flag::Whiteout],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute(""))], vec![file("l/./.wh.plain", "")]]),
        },
        Case {
            name: "file-that-is-called-a-directory",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("f/", "content\n"), file("after", "a\n")]]),
        },
        Case {
            name: "directory-with-slash-and-dot",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![directory("d/."), file("d/./f", "in\n")]]),
        },
    ],
};
