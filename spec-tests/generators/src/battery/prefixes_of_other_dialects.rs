//! Names in two parts, in archives that do not have such names.

use seaworthy_image::tar::write::{BLOCK, seal};

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file};

pub const FAMILY: Family = Family {
    id: "TAR-14",
    says: "The bytes in front of a name are part of it in one dialect, times in another, and nothing in the \
           oldest.",
    references: &[],
    cases: &[
        Case {
            name: "version-of-zeros",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| prefixed(b"ustar\0\0\0")),
        },
        Case {
            name: "magic-of-gnu",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| prefixed(b"ustar  \0")),
        },
        Case {
            name: "no-magic",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| prefixed(b"\0\0\0\0\0\0\0\0")),
        },
        Case {
            name: "magic-in-upper-case",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| prefixed(b"USTAR\x0000")),
        },
        Case {
            name: "version-of-spaces",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| prefixed(b"ustar\0  ")),
        },
        Case {
            name: "ustar",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archive(|_| prefixed(b"ustar\x0000")),
        },
    ],
};

/// An archive of a file with a prefix to its name, and with this magic and version.
fn prefixed(magic: &[u8; 8]) -> Vec<u8> {
    let mut archive = Layer::new(vec![file("name", "f\n")]).archive();
    if let Some(header) = archive.first_chunk_mut::<BLOCK>() {
        header[257..265].copy_from_slice(magic);
        header[345..351].copy_from_slice(b"prefix");
        seal(header);
    }
    archive
}
