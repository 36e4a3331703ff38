//! Names that are one to some file systems, and two to others.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, hard_link, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-15",
    says: "A check that folds names goes wrong where the file system does not, and the other way round: the \
           file goes where a link of nearly the same name leads. All of these are ordinary names here.",
    references: &["CVE-2026-23950", "CVE-2026-23745", "CVE-2026-24842"],
    cases: &[
        Case {
            name: "link-in-lower-case",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![directory("D/"), symlink("d", place.absolute("")), file("D/new", "in\n")]]),
        },
        Case {
            name: "link-with-two-letters",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![directory("stra\u{df}e/"), symlink("strasse", place.absolute("")), file("stra\u{df}e/new", "in\n")]]),
        },
        Case {
            name: "decomposed-link",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![directory("br\u{e9}f/"), symlink("bre\u{301}f", place.absolute("")), file("br\u{e9}f/new", "in\n")]]),
        },
        Case {
            name: "link-with-an-invisible-character",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![directory("d/"), symlink("d\u{200c}", place.absolute("")), file("d/new", "in\n")]]),
        },
        Case {
            name: "dots-and-spaces-at-the-end",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![directory("d/"), file("d./f", "1\n"), file("d /f", "2\n"), file("d/f", "3\n")]]),
        },
        Case {
            name: "backslashes",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("..\\..\\canary\\new", "in\n")]]),
        },
        Case {
            name: "streams-and-drives",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("c:new", "1\n"), file("f:stream", "2\n"), file("f", "3\n")]]),
        },
        Case {
            name: "names-of-devices",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("NUL", "1\n"), file("con.txt", "2\n"), file("aux", "3\n")]]),
        },
        Case {
            name: "link-to-a-drive",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", [b"c:", &place.relative("")[..]].concat()), file("l/new", "out\n")]]),
        },
        Case {
            name: "hard-link-to-a-drive",
            expect: Expect::Contain,
            flags: &[Flag::HardLink],
            make: Make::Layers(|place| vec![vec![hard_link("h", [b"c:", &place.relative("plain")[..]].concat())]]),
        },
    ],
};
