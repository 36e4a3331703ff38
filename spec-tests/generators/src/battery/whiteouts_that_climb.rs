//! Whiteouts of `.`, of `..`, and of nothing.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::file;

const FLAGS: &[Flag] = &[Flag::Whiteout];

pub const FAMILY: Family = Family {
    id: "WHI-02",
    says: "What is left of the name without its prefix is joined to the directory: that directory, or the \
           one above, is removed with all that is in it, the root's own parent among them.",
    references: &[],
    cases: &[
        Case {
            name: "nothing-in-a-directory",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/.wh.", "")]]),
        },
        Case {
            name: "nothing-at-the-root",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file(".wh.", "")]]),
        },
        Case {
            name: "dot-at-the-root",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file(".wh..", "")]]),
        },
        Case {
            name: "dots-at-the-root",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file(".wh...", "")]]),
        },
        Case {
            name: "dot-in-a-directory",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/.wh..", "")]]),
        },
        Case {
            name: "dots-in-a-directory",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/ports/.wh...", "")]]),
        },
        Case {
            name: "of-the-canary",
            expect: Expect::Contain,
            flags: &[Flag::Whiteout, Flag::ParentComponent],
            make: Make::Layers(|place| {
                let parent = place.relative("");
                let directory = &parent[..parent.iter().rposition(|&byte| byte == b'/').unwrap_or(0)];
                vec![vec![file([directory, b"/.wh.neighbour"].concat(), "")]]
            }),
        },
        Case {
            name: "of-a-hidden-file",
            expect: Expect::Preserve,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![file("etc/ports/.wh..hidden", "")]]),
        },
        Case {
            name: "of-a-name-of-dots",
            expect: Expect::Preserve,
            flags: &[Flag::Whiteout, Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![file("etc/...", "odd\n")], vec![file("etc/.wh....", "")]]),
        },
    ],
};
