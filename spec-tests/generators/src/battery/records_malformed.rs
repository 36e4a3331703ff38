//! Extended headers that do not keep to their form.

use seaworthy_image::filesystem::Member;
use seaworthy_image::tar::EntryKind;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{file, with};

pub const FAMILY: Family = Family {
    id: "TAR-09",
    says: "Where the length of a record does not fit, one reader stops, one goes by the line, and one reads \
           another name.",
    references: &["CVE-2026-32766"],
    cases: &[
        Case {
            name: "length-too-small",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"14 path=by-record\n")),
        },
        Case {
            name: "length-too-large",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"40 path=by-record\n")),
        },
        Case {
            name: "length-of-zero",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"0 path=by-record\n")),
        },
        Case {
            name: "length-with-zeros-before-it",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"00019 path=by-record\n")),
        },
        Case {
            name: "length-beyond-all-numbers",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"18446744073709551634 path=by-record\n")),
        },
        Case {
            name: "length-with-a-sign",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"+18 path=by-record\n")),
        },
        Case {
            name: "no-line-feed",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"18 path=by-record!")),
        },
        Case {
            name: "no-equals-sign",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"18 path:by-record\n")),
        },
        Case {
            name: "no-keyword",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"6 =tide\n")),
        },
        Case {
            name: "junk-before-a-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"junk\n18 path=by-record\n")),
        },
        Case {
            name: "junk-after-a-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"18 path=by-record\njunk")),
        },
        Case {
            name: "zeros-after-a-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"18 path=by-record\n\0\0\0\0")),
        },
        Case {
            name: "two-good-records",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| raw_records(b"16 comment=tide\n18 path=by-record\n")),
        },
    ],
};

/// A layer with an entry whose extended header holds these bytes.
fn raw_records(bytes: &[u8]) -> Vec<Vec<Member>> {
    let header = with(file("././@PaxHeader", bytes), |header| header.kind = EntryKind::Other(b'x'));
    vec![vec![header, file("by-header", "f\n"), file("after", "a\n")]]
}
