//! Layers that are altered where no reader of archives looks.

use seaworthy_image::layout::Memory;

use super::{Case, Expect, Family, Make, with_archive};
use crate::layer::{Layer, file, gzip_member};
use crate::mutation::{Edit, Part};

pub const FAMILY: Family = Family {
    id: "DIG-04",
    says: "Who hashes as much as is unpacked, or only what comes out, takes a blob that is not the one \
           which the manifest names.",
    references: &[],
    cases: &[
        Case {
            // Decompressed it is the same: only the digest of the blob tells.
            name: "time-in-the-gzip-header",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| drop(layout.files.entry(path.to_owned()).and_modify(|gzip| gzip[4] ^= 1))),
            ),
        },
        Case {
            name: "empty-member-after-all",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| {
                    layout.files.entry(path.to_owned()).and_modify(|gzip| gzip.extend(gzip_member(b"", 0)));
                }),
            ),
        },
        Case {
            name: "byte-after-the-archive",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| {
                altered_at_the_end(|archive| archive.push(b'j'))
            }),
        },
        Case {
            name: "byte-in-the-padding",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| {
                altered_at_the_end(|archive| archive.iter_mut().next_back().into_iter().for_each(|last| *last = 1))
            }),
        },
        Case {
            name: "bytes-after-the-archive",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| altered_at_the_end(|_| ())),
        },
    ],
};

/// A plain image whose upper layer is not compressed and ends with many blocks of zeros, and is edited when
/// all digests are made.
fn altered_at_the_end(edit: fn(&mut Vec<u8>)) -> Memory {
    let mut archive = Layer::new(vec![file("one", "1\n")]).archive();
    archive.resize(64 << 10, 0);
    let mut layout = with_archive(archive);
    // No other blob is nearly as large.
    layout.files.values_mut().max_by_key(|bytes| bytes.len()).into_iter().for_each(edit);
    layout
}
