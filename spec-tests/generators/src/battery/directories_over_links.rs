//! A directory over a link to one.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, hard_link, symlink, with};

pub const FAMILY: Family = Family {
    id: "EXT-05",
    says: "A directory that is there already is kept and given a mode: through a link, that of a directory \
           outside.",
    references: &["CVE-2026-33056", "RUSTSEC-2026-0067", "CVE-2021-32760", "CVE-2021-41089"],
    cases: &[
        Case {
            name: "mode-through-a-symlink",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange],
            make: Make::Layers(|place| {
                let open = with(directory("l/"), |entry| entry.mode = 0o777);
                vec![vec![symlink("l", place.absolute("folder")), open]]
            }),
        },
        Case {
            name: "mode-through-a-symlink-of-a-lower-layer",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange, Flag::SeveralLayers],
            make: Make::Layers(|place| {
                let open = with(directory("l/"), |entry| entry.mode = 0o777);
                vec![vec![symlink("l", place.absolute("folder"))], vec![open]]
            }),
        },
        Case {
            name: "time-through-a-symlink",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange],
            make: Make::Layers(|place| {
                let old = with(directory("l"), |entry| entry.modified.seconds = 1);
                vec![vec![symlink("l", place.absolute("empty")), old]]
            }),
        },
        Case {
            name: "mode-through-a-hard-link-to-a-symlink",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::HardLink],
            make: Make::Layers(|place| {
                let link = with(hard_link("h", "l"), |link| link.mode = 0o4777);
                vec![vec![symlink("l", place.absolute("tool")), link]]
            }),
        },
        Case {
            name: "mode-of-a-symlink",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![with(symlink("l", place.absolute("tool")), |link| link.mode = 0o4777)]]
            }),
        },
        Case {
            name: "over-a-symlink-inside",
            expect: Expect::Preserve,
            flags: &[Flag::TypeChange, Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![with(directory("lib/"), |entry| entry.mode = 0o700)]]),
        },
        Case {
            name: "over-a-directory",
            expect: Expect::Preserve,
            flags: &[Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![with(directory("etc/ports/"), |entry| entry.mode = 0o700)]]),
        },
    ],
};
