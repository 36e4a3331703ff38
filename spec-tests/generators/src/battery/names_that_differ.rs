//! Entries with two names.

use super::{Case, Expect, Family, Flag, Make, long_name};
use crate::layer::{file, pax_header, symlink};

pub const FAMILY: Family = Family {
    id: "TAR-05",
    says: "A name in a record and another one in front of it: what is checked is not what is unpacked.",
    references: &["CVE-2026-32766"],
    cases: &[
        Case {
            name: "record-and-long-name",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                vec![vec![
                    pax_header(b'x', &[("path", b"by-record")]),
                    long_name(b'L', b"by-long-name\0"),
                    file("by-header", "f\n"),
                ]]
            }),
        },
        Case {
            name: "long-name-and-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                vec![vec![
                    long_name(b'L', b"by-long-name\0"),
                    pax_header(b'x', &[("path", b"by-record")]),
                    file("by-header", "f\n"),
                ]]
            }),
        },
        Case {
            name: "two-records",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                let records: &[(&str, &[u8])] = &[("path", b"first"), ("path", b"second")];
                vec![vec![pax_header(b'x', records), file("by-header", "f\n")]]
            }),
        },
        Case {
            name: "two-targets",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                vec![vec![
                    pax_header(b'x', &[("linkpath", b"by-record")]),
                    long_name(b'K', b"by-long-name\0"),
                    symlink("l", "by-header"),
                ]]
            }),
        },
        Case {
            name: "record-for-all",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                vec![vec![pax_header(b'g', &[("path", b"by-record")]), file("one", "1\n"), file("two", "2\n")]]
            }),
        },
        Case {
            name: "nul-in-a-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                vec![vec![pax_header(b'x', &[("path", b"short\0long")]), file("by-header", "f\n")]]
            }),
        },
        Case {
            name: "record-in-a-value",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| {
                vec![vec![
                    pax_header(b'x', &[("comment", b"tide\n18 path=smuggled\n")]),
                    file("by-header", "f\n"),
                ]]
            }),
        },
        Case {
            name: "record-that-climbs",
            expect: Expect::Contain,
            flags: &[Flag::Headers, Flag::ParentComponent],
            make: Make::Layers(|place| {
                vec![vec![pax_header(b'x', &[("path", &place.relative("new"))]), file("harmless", "out\n")]]
            }),
        },
        Case {
            name: "target-of-a-record-outside",
            expect: Expect::Contain,
            flags: &[Flag::Headers, Flag::SymlinkOutside],
            make: Make::Layers(|place| {
                vec![vec![
                    pax_header(b'x', &[("linkpath", &place.absolute(""))]),
                    symlink("l", "etc"),
                    file("l/new", "out\n"),
                ]]
            }),
        },
        Case {
            name: "record-alone",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("path", b"data/day")]), file("cut", "f\n")]]),
        },
        Case {
            name: "long-name-alone",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![long_name(b'L', b"data/day\0"), file("cut", "g\n")]]),
        },
    ],
};
