//! Whiteouts below a link that leads out of the root.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{file, symlink};

const FLAGS: &[Flag] = &[Flag::Whiteout, Flag::SymlinkOutside, Flag::SeveralLayers];

pub const FAMILY: Family = Family {
    id: "WHI-03",
    says: "A whiteout is checked by its name alone, and removes a file where a link of a lower layer leads.",
    references: &[],
    cases: &[
        Case {
            name: "of-a-file",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute(""))], vec![file("l/.wh.plain", "")]]),
        },
        Case {
            name: "of-a-directory",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.relative(""))], vec![file("l/.wh.folder", "")]]
            }),
        },
        Case {
            name: "opaque",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("folder"))], vec![file("l/.wh..wh..opq", "")]]
            }),
        },
        Case {
            name: "in-one-layer",
            expect: Expect::Contain,
            flags: &[Flag::Whiteout, Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("")), file("l/.wh.tool", "")]]
            }),
        },
        Case {
            name: "of-the-link",
            expect: Expect::Preserve,
            flags: FLAGS,
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute(""))], vec![file(".wh.l", "")]]),
        },
    ],
};
