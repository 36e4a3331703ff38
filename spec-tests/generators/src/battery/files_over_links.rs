//! A regular file over a link of the same name.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{file, hard_link, symlink, with};

pub const FAMILY: Family = Family {
    id: "EXT-04",
    says: "A file that is opened for writing where a link is changes what the link leads to.",
    references: &["RUSTSEC-2018-0002", "CVE-2018-20990"],
    cases: &[
        Case {
            name: "over-a-symlink",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("plain")), file("l", "changed\n")]]
            }),
        },
        Case {
            name: "over-a-symlink-of-a-lower-layer",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::SeveralLayers],
            make: Make::Layers(|place| {
                vec![vec![symlink("l", place.absolute("plain"))], vec![file("l", "changed\n")]]
            }),
        },
        Case {
            name: "over-a-hard-link",
            expect: Expect::Contain,
            flags: &[Flag::HardLink],
            make: Make::Layers(|place| {
                vec![vec![hard_link("l", place.absolute("plain")), file("l", "changed\n")]]
            }),
        },
        Case {
            name: "hard-link-to-a-symlink-and-over-it",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::HardLink],
            make: Make::Layers(|place| {
                let link = with(hard_link("h", "l"), |link| link.mode = 0o777);
                vec![vec![symlink("l", place.absolute("plain")), link, file("h", "changed\n")]]
            }),
        },
        Case {
            name: "over-a-symlink-inside",
            expect: Expect::Preserve,
            flags: &[Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![symlink("l", "etc/motd")], vec![file("l", "mine\n")]]),
        },
        Case {
            name: "over-one-name-of-two",
            expect: Expect::Preserve,
            flags: &[Flag::HardLink, Flag::SeveralLayers],
            make: Make::Layers(|_| {
                vec![vec![file("one", "both\n"), hard_link("two", "one")], vec![file("two", "mine\n")]]
            }),
        },
    ],
};
