//! Archives with two entries for one path.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink};

pub const FAMILY: Family = Family {
    id: "TAR-25",
    says: "The first entry is what is scanned, and the last one what is run.",
    references: &[],
    cases: &[
        Case {
            name: "two-files",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("f", "first\n"), file("f", "second\n")]]),
        },
        Case {
            name: "file-and-directory",
            expect: Expect::Agree,
            flags: &[Flag::TypeChange],
            make: Make::Layers(|_| vec![vec![file("f", "first\n"), directory("f/"), file("f/g", "g\n")]]),
        },
        Case {
            name: "directory-and-link",
            expect: Expect::Agree,
            flags: &[Flag::TypeChange],
            make: Make::Layers(|_| vec![vec![directory("d/"), file("d/f", "f\n"), symlink("d", "etc")]]),
        },
        Case {
            name: "with-a-dot",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("f", "first\n"), file("./f", "second\n")]]),
        },
        Case {
            name: "with-two-slashes",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("d/f", "first\n"), file("d//f", "second\n")]]),
        },
        Case {
            name: "upper-and-lower-case",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("f", "first\n"), file("F", "second\n")]]),
        },
        Case {
            name: "in-two-layers",
            expect: Expect::Preserve,
            flags: &[Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![file("f", "first\n")], vec![file("f", "second\n")]]),
        },
    ],
};
