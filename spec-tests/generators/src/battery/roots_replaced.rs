//! The root as something else than a directory.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink, with};

pub const FAMILY: Family = Family {
    id: "EXT-10",
    says: "The root is unlinked like any path that an entry replaces, and what follows goes where its \
           replacement leads.",
    references: &["CVE-2021-29136"],
    cases: &[
        Case {
            name: "dot-as-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| vec![vec![symlink(".", place.absolute(""))], vec![file("new", "out\n")]]),
        },
        Case {
            name: "dot-and-slash-as-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| vec![vec![symlink("./", place.absolute(""))], vec![file("new", "out\n")]]),
        },
        Case {
            name: "slash-as-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::AbsolutePath, Flag::SeveralLayers],
            make: Make::Layers(|place| vec![vec![symlink("/", place.absolute(""))], vec![file("new", "out\n")]]),
        },
        Case {
            name: "nothing-as-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| vec![vec![symlink("", place.absolute(""))], vec![file("new", "out\n")]]),
        },
        Case {
            name: "dot-as-a-file",
            expect: Expect::Contain,
            flags: &[Flag::TypeChange],
            make: Make::Layers(|_| vec![vec![file(".", "flat\n"), file("new", "in\n")]]),
        },
        Case {
            name: "parent-as-a-directory",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Layers(|_| vec![vec![with(directory("../"), |entry| entry.mode = 0o777)]]),
        },
        Case {
            name: "dot-as-a-directory",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![with(directory("./"), |entry| entry.mode = 0o711)]]),
        },
    ],
};
