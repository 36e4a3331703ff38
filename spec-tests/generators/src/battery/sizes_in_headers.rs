//! Sizes that are written in other ways than octal digits.

use seaworthy_image::tar::write::{BLOCK, seal};

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file};

pub const FAMILY: Family = Family {
    id: "TAR-12",
    says: "A size that one reader takes for zero and another for two is where their lists of files part; a \
           negative one sends a reader back to where it was.",
    references: &["CVE-2025-8194"],
    cases: &[
        Case {
            name: "binary-and-negative",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\0")),
        },
        Case {
            name: "binary-and-huge",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff")),
        },
        Case {
            name: "binary-of-95-bits",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")),
        },
        Case {
            name: "reserved-first-byte",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"\x8e\0\0\0\0\0\0\0\0\0\x02\0")),
        },
        Case {
            name: "digits-and-junk",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"00000001000x")),
        },
        Case {
            name: "eight-and-nine",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"00000000894\0")),
        },
        Case {
            name: "minus",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"-0000001000\0")),
        },
        Case {
            name: "spaces-alone",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"            ")),
        },
        Case {
            name: "nothing",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"\0\0\0\0\0\0\0\0\0\0\0\0")),
        },
        Case {
            name: "spaces-first",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| sized(b"       1000 ")),
        },
        Case {
            // 512, the size of the content that follows.
            name: "binary",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archive(|_| sized(b"\x80\0\0\0\0\0\0\0\0\0\x02\0")),
        },
    ],
};

/// An archive of a file of one block, which is a header itself, with this for its size, and another file.
fn sized(field: &[u8; 12]) -> Vec<u8> {
    let mut hidden = Layer::new(vec![file("smuggled", "")]).archive();
    hidden.truncate(BLOCK);
    let mut archive = Layer::new(vec![file("carrier", hidden), file("after", "a\n")]).archive();
    if let Some(header) = archive.first_chunk_mut::<BLOCK>() {
        header[124..136].copy_from_slice(field);
        seal(header);
    }
    archive
}
