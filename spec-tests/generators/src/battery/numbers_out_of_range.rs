//! Owners, times and modes that no system has.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file, with};
use seaworthy_image::tar::write::{BLOCK, seal};

pub const FAMILY: Family = Family {
    id: "EXT-18",
    says: "A number that wraps around is another one: 2^32 becomes root, and a mode gains set-user-ID.",
    references: &["CVE-2024-40635"],
    cases: &[
        Case {
            name: "user-beyond-32-bits",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Layers(|_| vec![vec![with(file("f", "f\n"), |entry| entry.uid = 1 << 32)]]),
        },
        Case {
            name: "user-minus-one",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Layers(|_| vec![vec![with(file("f", "f\n"), |entry| entry.uid = u64::from(u32::MAX))]]),
        },
        Case {
            name: "time-beyond-all-calendars",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Layers(|_| {
                vec![vec![with(file("f", "f\n"), |entry| entry.modified.seconds = i64::MAX)]]
            }),
        },
        Case {
            name: "mode-of-more-than-twelve-bits",
            expect: Expect::Contain,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| {
                let mut archive = Layer::new(vec![file("f", "f\n")]).archive();
                if let Some(header) = archive.first_chunk_mut::<BLOCK>() {
                    header[100..108].copy_from_slice(b"1777777\0");
                    seal(header);
                }
                archive
            }),
        },
        Case {
            name: "size-beyond-all-memory",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| {
                let mut archive = Layer::new(vec![file("f", "f\n")]).archive();
                if let Some(header) = archive.first_chunk_mut::<BLOCK>() {
                    header[124..136].copy_from_slice(b"77777777777\0");
                    seal(header);
                }
                archive
            }),
        },
        Case {
            name: "before-the-epoch",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Layers(|_| vec![vec![with(file("f", "f\n"), |entry| entry.modified.seconds = -2)]]),
        },
        Case {
            name: "large-and-legal",
            expect: Expect::Preserve,
            flags: &[Flag::Privileged],
            make: Make::Layers(|_| vec![vec![with(file("f", "f\n"), |entry| entry.uid = 0o10_000_000)]]),
        },
    ],
};
