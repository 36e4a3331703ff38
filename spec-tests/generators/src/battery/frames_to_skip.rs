//! Frames of zstd that hold no content.

use seaworthy_image::media_type;
use seaworthy_image::tar::write::BLOCK;

use super::{Case, Expect, Family, Make};
use crate::layer::{SKIPPABLE_FRAME, zstd_frame};
use crate::mutation::Part;

pub const FAMILY: Family = Family {
    id: "CMP-04",
    says: "Chunked layers keep their table of contents in such frames: who takes one for the end sees half \
           a layer.",
    references: &[],
    cases: &[
        Case {
            name: "before-the-content",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = [SKIPPABLE_FRAME, &zstd_frame(archive, 0)].concat())),
        },
        Case {
            name: "between-two-frames",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| {
                let (one, two) = archive.split_at(BLOCK);
                *archive = [&zstd_frame(one, 0), SKIPPABLE_FRAME, &zstd_frame(two, 0)].concat();
            })),
        },
        Case {
            name: "after-the-content",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = [&zstd_frame(archive, 2), SKIPPABLE_FRAME].concat())),
        },
        Case {
            name: "a-hundred-thousand",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = [SKIPPABLE_FRAME.repeat(100_000), zstd_frame(archive, 0)].concat())),
        },
        Case {
            name: "four-gibibytes-that-are-not-there",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = [&zstd_frame(archive, 0), &b"\x5f\x2a\x4d\x18\xff\xff\xff\xfftar"[..]].concat())),
        },
    ],
};
