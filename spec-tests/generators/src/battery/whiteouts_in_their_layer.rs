//! Whiteouts beside what they seem to remove, under names that are written otherwise, or of another type.

use super::{Case, Expect, Family, Flag, Make, long_name};
use crate::layer::{directory, file, pax_header, symlink};

const FLAGS: &[Flag] = &[Flag::Whiteout];

pub const FAMILY: Family = Family {
    id: "WHI-04",
    says: "A whiteout that acts on its own layer, or does not act because of how it is written, leaves a \
           file system that nobody made.",
    references: &[],
    cases: &[
        Case {
            name: "name-in-a-record",
            expect: Expect::Agree,
            flags: &[Flag::Whiteout, Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("path", b"etc/.wh.motd")]), file("etc/innocent", "")]]),
        },
        Case {
            name: "long-name",
            expect: Expect::Agree,
            flags: &[Flag::Whiteout, Flag::Headers],
            make: Make::Layers(|_| vec![vec![long_name(b'L', b"etc/.wh.motd\0"), file("etc/innocent", "")]]),
        },
        Case {
            name: "two-slashes",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("./etc//.wh.motd", "")]]),
        },
        Case {
            name: "directory",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![directory("etc/.wh.motd/")]]),
        },
        Case {
            name: "symbolic-link",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![symlink("etc/.wh.motd", "passwd")]]),
        },
        Case {
            name: "with-content",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/.wh.motd", "content\n")]]),
        },
        Case {
            name: "below-a-whiteout",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![directory(".wh.etc/"), file(".wh.etc/x", "")]]),
        },
        Case {
            name: "of-aufs",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![directory(".wh..wh.plnk/"), file(".wh..wh.aufs", "")]]),
        },
        Case {
            name: "after-its-file",
            expect: Expect::Preserve,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/motd", "mine\n"), file("etc/.wh.motd", "")]]),
        },
        Case {
            name: "before-its-file",
            expect: Expect::Preserve,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/.wh.motd", ""), file("etc/motd", "mine\n")]]),
        },
        Case {
            name: "opaque-and-last",
            expect: Expect::Preserve,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/ports/far/west", "w\n"), file("etc/.wh..wh..opq", "")]]),
        },
        Case {
            name: "upper-case",
            expect: Expect::Preserve,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/.WH.motd", "")]]),
        },
    ],
};
