//! Numbers in extended headers that are none, or too large.

use seaworthy_image::filesystem::Member;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{file, pax_header};

pub const FAMILY: Family = Family {
    id: "TAR-11",
    says: "A number is read as far as it is one, or wraps around: an ordinary user's file becomes root's.",
    references: &["CVE-2024-40635"],
    cases: &[
        Case {
            name: "plus",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"+1000")),
        },
        Case {
            name: "space",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b" 1000")),
        },
        Case {
            name: "hexadecimal",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"0x3e8")),
        },
        Case {
            name: "fraction",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"1000.5")),
        },
        Case {
            name: "exponent",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"1e3")),
        },
        Case {
            name: "minus-one",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"-1")),
        },
        Case {
            name: "empty",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"")),
        },
        Case {
            name: "two-to-the-32",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"4294967296")),
        },
        Case {
            name: "two-to-the-63-less-one",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"9223372036854775807")),
        },
        Case {
            name: "two-to-the-64",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"18446744073709551616")),
        },
        Case {
            name: "digits-of-another-script",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| owned_by(b"\xd9\xa1")),
        },
        Case {
            name: "ordinary",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| owned_by(b"1000")),
        },
    ],
};

/// A file whose owner is told by a record.
fn owned_by(number: &'static [u8]) -> Vec<Vec<Member>> {
    vec![vec![pax_header(b'x', &[("uid", number)]), file("f", "f\n")]]
}
