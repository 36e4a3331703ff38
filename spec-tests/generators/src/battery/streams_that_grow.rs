//! Compressed layers that cost more than they look.

use super::{Case, Expect, Family, Make};
use crate::layer::{Layer, SKIPPABLE_FRAME, file, gzip_member};
use crate::mutation::{Edit, Part};

pub const FAMILY: Family = Family {
    id: "CMP-01",
    says: "A few bytes unpack to many, or need much memory, or make a program begin anew a million times.",
    references: &["CVE-2024-29902", "CVE-2022-30631"],
    cases: &[
        Case {
            name: "a-thousand-to-one",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("zeros", vec![0; 32 << 20])]]),
        },
        Case {
            name: "a-hundred-thousand-empty-members",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Bytes(|bytes, _| drop(bytes.splice(0..0, gzip_member(b"", 0).repeat(100_000)))),
            ),
        },
        Case {
            name: "second-archive-in-the-stream",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Archive(|archive, _| archive.extend(Layer::new(vec![file("smuggled", "s\n")]).archive())),
            ),
        },
        Case {
            name: "frame-to-skip-after-gzip",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Layer, Edit::Bytes(|bytes, _| bytes.extend(SKIPPABLE_FRAME))),
        },
        Case {
            name: "zeros-after-gzip",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Layer, Edit::Bytes(|bytes, _| bytes.extend([0; 512]))),
        },
        Case {
            name: "an-empty-member-after-all",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Layer, Edit::Bytes(|bytes, _| bytes.extend(gzip_member(b"", 2)))),
        },
    ],
};
