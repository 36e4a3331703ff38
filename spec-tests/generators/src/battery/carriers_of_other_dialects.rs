//! Extended headers in an archive of a dialect that has none.

use seaworthy_image::filesystem::Member;
use seaworthy_image::tar::write::{BLOCK, seal};

use super::{Case, Expect, Family, Flag, Make, long_name};
use crate::layer::{Layer, file, pax_header};

pub const FAMILY: Family = Family {
    id: "TAR-13",
    says: "Some readers know extended headers by their type alone, and some by the magic as well: to those \
           they are files.",
    references: &[],
    cases: &[
        Case {
            name: "record-without-magic",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| carried(b"\0\0\0\0\0\0\0\0", pax_header(b'x', &[("path", b"by-record")]))),
        },
        Case {
            name: "record-with-the-magic-of-gnu",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| carried(b"ustar  \0", pax_header(b'x', &[("path", b"by-record")]))),
        },
        Case {
            name: "long-name-without-magic",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| carried(b"\0\0\0\0\0\0\0\0", long_name(b'L', b"by-long-name\0"))),
        },
        Case {
            name: "record-of-solaris",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| carried(b"ustar\x0000", pax_header(b'X', &[("path", b"by-record")]))),
        },
        Case {
            name: "long-name-with-the-magic-of-gnu",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archive(|_| carried(b"ustar  \0", long_name(b'L', b"by-long-name\0"))),
        },
    ],
};

/// An archive of a file with a header before its own, both with this magic and version.
fn carried(magic: &[u8; 8], carrier: Member) -> Vec<u8> {
    let mut archive = Layer::new(vec![carrier, file("by-header", "f\n")]).archive();
    for at in [0, 2 * BLOCK] {
        if let Some(header) = archive[at..].first_chunk_mut::<BLOCK>() {
            header[257..265].copy_from_slice(magic);
            seal(header);
        }
    }
    archive
}
