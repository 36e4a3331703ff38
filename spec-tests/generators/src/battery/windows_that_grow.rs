//! Frames of zstd that want memory.

use seaworthy_image::media_type;

use super::{Case, Expect, Family, Make};
use crate::mutation::Part;

pub const FAMILY: Family = Family {
    id: "CMP-02",
    says: "The window of a frame is set aside when its header is read; it is told by one byte, and may be \
           of many gibibytes.",
    references: &[],
    cases: &[
        Case {
            // RFC 8878 lets a decoder refuse what is above 8 MiB; nobody makes layers above 128 MiB.
            name: "two-gibibytes",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = frame(archive, 31, None))),
        },
        Case {
            name: "exbibytes",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = frame(archive, 41, None))),
        },
        Case {
            name: "half-a-gibibyte",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = frame(archive, 29, None))),
        },
        Case {
            name: "dictionary",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = frame(archive, 20, Some(7)))),
        },
        Case {
            name: "eight-mebibytes",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_ZSTD, |archive, _| *archive = frame(archive, 23, None))),
        },
    ],
};

/// A frame of these bytes as they are, for a window of `log` bits, and perhaps with the number of a
/// dictionary (RFC 8878, section 3.1.1). It does not tell the size of its content.
fn frame(bytes: &[u8], log: u8, dictionary: Option<u8>) -> Vec<u8> {
    const LARGEST_BLOCK: usize = 64 << 10;
    let mut frame = b"\x28\xb5\x2f\xfd".to_vec();
    frame.extend([u8::from(dictionary.is_some()), (log - 10) << 3]);
    frame.extend(dictionary);
    for block in bytes.chunks(LARGEST_BLOCK) {
        // Raw, and never the last: that one follows.
        frame.extend(&((block.len() as u32) << 3).to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame.extend([1, 0, 0]);
    frame
}
