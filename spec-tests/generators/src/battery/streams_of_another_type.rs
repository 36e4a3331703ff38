//! Layers that are not compressed as their media type says, or not to the end.

use seaworthy_image::media_type;

use super::{Case, Expect, Family, Make};
use crate::layer::{gzip_member, zstd_frame};
use crate::mutation::Part;

pub const FAMILY: Family = Family {
    id: "CMP-05",
    says: "One program goes by the type and another by the first bytes; one checks what a stream says of \
           its content, and another does not.",
    references: &[],
    cases: &[
        Case {
            name: "archive-for-gzip",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |_, _| ())),
        },
        Case {
            name: "zstd-for-gzip",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| *archive = zstd_frame(archive, 0))),
        },
        Case {
            name: "gzip-for-zstd",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = gzip_member(archive, 0))),
        },
        Case {
            name: "gzip-for-an-archive",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR, |archive, _| *archive = gzip_member(archive, 0))),
        },
        Case {
            name: "twice",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| *archive = gzip_member(&gzip_member(archive, 0), 1))),
        },
        Case {
            name: "gzip-that-is-cut",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| {
                *archive = gzip_member(archive, 0);
                archive.truncate(archive.len() - 9);
            })),
        },
        Case {
            name: "wrong-checksum",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| {
                *archive = gzip_member(archive, 0);
                let checksum = archive.len() - 8;
                archive[checksum] ^= 1;
            })),
        },
        Case {
            name: "wrong-length",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| {
                *archive = gzip_member(archive, 0);
                let length = archive.len() - 4;
                archive[length] ^= 1;
            })),
        },
        Case {
            name: "zstd-that-is-cut",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| {
                *archive = zstd_frame(archive, 2);
                archive.truncate(archive.len() - 2);
            })),
        },
        Case {
            name: "gzip-with-a-name",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| *archive = gzip_member(archive, 2))),
        },
    ],
};
