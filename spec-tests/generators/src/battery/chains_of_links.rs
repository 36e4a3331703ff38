//! Links that lead out of the root only together.

use seaworthy_image::filesystem::Member;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{file, symlink};

pub const FAMILY: Family = Family {
    id: "EXT-03",
    says: "Each link passes a check of its own, made before the one that it goes through was there.",
    references: &["CVE-2025-4517", "CVE-2025-4138", "CVE-2024-12718"],
    cases: &[
        Case {
            name: "two-steps",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                let target = place.relative("");
                vec![vec![symlink("a", "."), symlink("a/b", target), file("b/new", "out\n")]]
            }),
        },
        Case {
            name: "short-looks-deep",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                // Counted by its components the last link stays inside; but `down` leads to the root.
                let target = [b"down/down/down/", place.relative("").as_slice()].concat();
                vec![vec![symlink("down", "."), symlink("out", target), file("out/new", "out\n")]]
            }),
        },
        Case {
            name: "forty-one-links",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![[chain(41, place.absolute("")), vec![file("l0/new", "out\n")]].concat()]),
        },
        Case {
            name: "circle",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Layers(|_| {
                vec![vec![symlink("a", "b"), symlink("b", "a"), file("a/new", "round\n")]]
            }),
        },
        Case {
            name: "links-to-links",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![chain(41, b"etc".to_vec())]),
        },
    ],
};

/// Links from `l0` on, each to the next, and the last one to `target`.
fn chain(length: usize, target: Vec<u8>) -> Vec<Member> {
    let next = |at: usize| if at + 1 == length { target.clone() } else { format!("l{}", at + 1).into_bytes() };
    (0..length).map(|at| symlink(format!("l{at}"), next(at))).collect()
}
