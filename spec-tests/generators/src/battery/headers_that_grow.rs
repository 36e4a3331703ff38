//! Archives whose headers, or whose end, are larger than anything in them.

use super::{Case, Expect, Family, Flag, Make, long_name};
use crate::layer::{Layer, file, pax_header};

pub const FAMILY: Family = Family {
    id: "TAR-19",
    says: "What describes a file is read into memory as a whole, however much it is: a few bytes of a \
           compressed layer fill it.",
    references: &["CVE-2025-58183", "CVE-2026-32288", "CVE-2022-2879", "CVE-2017-14992"],
    cases: &[
        Case {
            name: "records-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("comment", &vec![b't'; 32 << 20])]), file("f", "f\n")]]),
        },
        Case {
            name: "records-without-number",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                let records = vec![("comment", &b"t"[..]); 500_000];
                vec![vec![pax_header(b'x', &records), file("f", "f\n")]]
            }),
        },
        Case {
            name: "long-name-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![long_name(b'L', &vec![b'n'; 32 << 20]), file("f", "f\n")]]),
        },
        Case {
            name: "headers-before-headers",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                let mut members = vec![pax_header(b'x', &[("comment", b"t")]); 50_000];
                members.push(file("f", "f\n"));
                vec![members]
            }),
        },
        Case {
            name: "map-of-a-million-parts",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                let parts = "0\n0\n".repeat(1_000_000);
                vec![vec![
                    pax_header(b'x', &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.realsize", b"512000000")]),
                    file("f", format!("1000000\n{parts}")),
                ]]
            }),
        },
        Case {
            name: "zeros-after-the-end",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Archive(|_| {
                let mut archive = Layer::new(vec![file("f", "f\n")]).archive();
                archive.resize(64 << 20, 0);
                archive
            }),
        },
        Case {
            name: "records-of-some-kibibytes",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("comment", &[b't'; 40_000])]), file("f", "f\n")]]),
        },
    ],
};
