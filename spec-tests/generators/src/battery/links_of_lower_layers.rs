//! A link in one layer, and a path through it in the next.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-07",
    says: "Each layer is checked by itself, and neither holds anything wrong.",
    references: &[],
    cases: &[
        Case {
            name: "file",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute(""))], vec![file("l/new", "out\n")]]),
        },
        Case {
            name: "directory",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| vec![vec![symlink("l", place.relative(""))], vec![directory("l/new/")]]),
        },
        Case {
            name: "link-two-layers-down",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| {
                let link = symlink("d/l", place.absolute("folder"));
                vec![vec![directory("d/"), link], vec![file("etc/x", "")], vec![file("d/l/inner", "changed\n")]]
            }),
        },
        Case {
            name: "absolute-inside",
            expect: Expect::Contain,
            flags: &[Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![symlink("l", "/etc/ports")], vec![file("l/new", "in\n")]]),
        },
        Case {
            name: "link-replaced-first",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers, Flag::TypeChange],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute(""))], vec![directory("l/"), file("l/new", "in\n")]]
            }),
        },
        Case {
            name: "link-stays",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("plain"))], vec![file("data/log", "beside it\n")]]
            }),
        },
    ],
};
