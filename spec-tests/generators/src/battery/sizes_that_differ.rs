//! Entries that have one size in the header and another in a record.

use seaworthy_image::filesystem::Member;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file, pax_header, with};

pub const FAMILY: Family = Family {
    id: "TAR-01",
    says: "A reader that goes by the header finds a whole entry in what another takes for content.",
    references: &["CVE-2025-62518", "CVE-2026-33055", "RUSTSEC-2025-0110", "RUSTSEC-2026-0068"],
    cases: &[
        Case {
            name: "record-alone",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![smuggle(b"1024", 0)]),
        },
        Case {
            name: "record-larger-than-the-header",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![smuggle(b"1024", 512)]),
        },
        Case {
            name: "record-smaller-than-the-header",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![smuggle(b"0", 1024)]),
        },
        Case {
            name: "two-headers-of-records",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                let mut members = smuggle(b"1024", 0);
                members.insert(0, pax_header(b'x', &[("size", b"0")]));
                vec![members]
            }),
        },
        Case {
            name: "long-name-after-the-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                let mut members = smuggle(b"1024", 0);
                members.insert(1, super::long_name(b'L', b"carrier\0"));
                vec![members]
            }),
        },
        Case {
            name: "record-as-the-header-has-it",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![smuggle(b"1024", 1024)]),
        },
    ],
};

/// A file with a record of its size, another size in its header, and an entry for its content.
fn smuggle(record: &'static [u8], header: u64) -> Vec<Member> {
    let mut hidden = Layer::new(vec![file("smuggled", "s\n")]).archive();
    hidden.truncate(1024);
    let carrier = with(file("carrier", hidden), |entry| entry.size = header);
    vec![pax_header(b'x', &[("size", record)]), carrier, file("after", "a\n")]
}
