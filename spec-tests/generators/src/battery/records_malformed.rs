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
            make: Make::Layers(|_| raw_records(b"00021 path=by-record\n")),
        },
        Case {
            name: "length-beyond-all-numbers",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"18446744073709551652 path=by-record\n")),
        },
        Case {
            name: "length-with-a-sign",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| raw_records(b"+19 path=by-record\n")),
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
            make: Make::Layers(|_| raw_records(b"8 =tide\n")),
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

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    /// Whoever reads a length more kindly than it is written has to come to the right one: else the case would
    /// be about a length that does not fit.
    #[test]
    fn only_what_the_name_says_is_wrong_with_a_record() {
        let place = Place::placeholder();
        for case in FAMILY.cases.iter().filter(|case| {
            let others = ["length-too-small", "length-too-large", "length-of-zero", "junk-before-a-record"];
            !others.contains(&case.name)
        }) {
            let Make::Layers(make) = case.make else { panic!("{} is made of layers", case.name) };
            let mut bytes = make(&place)[0][0].content.bytes().expect("it is kept").to_vec();
            while let Some(space) = bytes.iter().position(|&byte| byte == b' ') {
                let digits = std::str::from_utf8(&bytes[..space]).unwrap().trim_start_matches(['+', '0']);
                let length = (digits.parse::<u128>().unwrap() % (1 << 64)) as usize;
                let end = bytes.get(length - 1).copied();
                assert!(end == Some(b'\n') || case.name == "no-line-feed" && end == Some(b'!'), "{}", case.name);
                bytes.drain(..length);
            }
        }
    }
}
