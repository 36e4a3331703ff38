//! Hard links to what is not theirs.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, hard_link, symlink, with};

pub const FAMILY: Family = Family {
    id: "EXT-09",
    says: "The target of a hard link is looked up from elsewhere than the root, or through a link: a file \
           outside gets a name inside, and can be changed by it.",
    references: &["CVE-2026-50163"],
    cases: &[
        Case {
            name: "absolute",
            expect: Expect::Contain,
            flags: &[Flag::HardLink, Flag::AbsolutePath],
            make: Make::Layers(|place| vec![vec![hard_link("h", place.absolute("plain"))]]),
        },
        Case {
            name: "climbing",
            expect: Expect::Contain,
            flags: &[Flag::HardLink, Flag::ParentComponent],
            make: Make::Layers(|place| vec![vec![hard_link("h", place.relative("plain"))]]),
        },
        Case {
            name: "through-a-symlink",
            expect: Expect::Contain,
            flags: &[Flag::HardLink, Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("")), hard_link("h", "l/plain")]]
            }),
        },
        Case {
            name: "file-in-the-working-directory",
            expect: Expect::Contain,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![hard_link("h", "sentinel")]]),
        },
        Case {
            name: "missing",
            expect: Expect::Contain,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![hard_link("h", "nowhere"), file("after", "in\n")]]),
        },
        Case {
            name: "to-itself",
            expect: Expect::Bounded,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![hard_link("h", "h")]]),
        },
        Case {
            name: "to-a-later-entry",
            expect: Expect::Contain,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![hard_link("h", "later"), file("later", "in\n")]]),
        },
        Case {
            name: "to-a-directory",
            expect: Expect::Contain,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![directory("d/"), hard_link("h", "d")]]),
        },
        Case {
            name: "to-an-earlier-entry",
            expect: Expect::Preserve,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![file("d/f", "in\n"), hard_link("h", "d/f")]]),
        },
        Case {
            name: "to-a-symlink",
            expect: Expect::Preserve,
            flags: &[Flag::HardLink, Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                let link = with(hard_link("h", "l"), |link| link.mode = 0o777);
                vec![vec![symlink("l", place.absolute("plain")), link]]
            }),
        },
    ],
};
