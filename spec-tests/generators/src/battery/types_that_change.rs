//! A path that changes its type within one layer.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-06",
    says: "What was learned of a path is remembered, and the path has become a link since.",
    references: &["CVE-2025-47290"],
    cases: &[
        Case {
            name: "directory-link-file",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange],
            make: Make::Layers(|place| {
                let link = symlink("d", place.absolute(""));
                vec![vec![directory("d/"), file("d/f", "1\n"), link, file("d/plain", "changed\n")]]
            }),
        },
        Case {
            name: "directory-link-directory",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange],
            make: Make::Layers(|place| {
                let link = symlink("d", place.absolute("folder"));
                vec![vec![directory("d/"), link, directory("d/"), file("d/inner", "changed\n")]]
            }),
        },
        Case {
            name: "implied-directory-link-file",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange],
            make: Make::Layers(|place| {
                vec![vec![
                    file("d/e/f", "1\n"),
                    symlink("d", place.absolute("")),
                    file("d/folder/inner", "changed\n"),
                ]]
            }),
        },
        Case {
            name: "file-below-a-file",
            expect: Expect::Agree,
            flags: &[Flag::TypeChange],
            make: Make::Layers(|_| vec![vec![file("d", "1\n"), file("d/f", "2\n")]]),
        },
        Case {
            name: "file-below-a-file-of-a-lower-layer",
            expect: Expect::Agree,
            flags: &[Flag::TypeChange, Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![file("d", "1\n")], vec![file("d/f", "2\n")]]),
        },
        Case {
            name: "directory-becomes-a-link-above",
            expect: Expect::Preserve,
            flags: &[Flag::TypeChange, Flag::SeveralLayers],
            make: Make::Layers(|_| {
                vec![vec![directory("d/"), file("d/f", "1\n")], vec![symlink("d", "etc/ports")]]
            }),
        },
        Case {
            name: "link-becomes-a-directory-above",
            expect: Expect::Preserve,
            flags: &[Flag::TypeChange, Flag::SeveralLayers],
            make: Make::Layers(|_| {
                vec![vec![symlink("d", "etc/ports")], vec![directory("d/"), file("d/f", "1\n")]]
            }),
        },
    ],
};
