//! Files that an archive holds in parts.

use seaworthy_image::tar::write::BLOCK;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{file, pax_header};

pub const FAMILY: Family = Family {
    id: "TAR-20",
    says: "A reader that does not know a way to write such a file unpacks the map for its content, under \
           the name that nobody was meant to see.",
    references: &[],
    cases: &[
        Case {
            name: "map-in-a-record",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.size", b"1024"), ("GNU.sparse.numblocks", b"1"), ("GNU.sparse.name", b"f"), ("GNU.sparse.map", b"512,4")]), file("cut", "data"), file("after", "a\n")]]),
        },
        Case {
            name: "map-in-two-records",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.size", b"1024"), ("GNU.sparse.numblocks", b"1"), ("GNU.sparse.offset", b"512"), ("GNU.sparse.numbytes", b"4")]), file("cut", "data"), file("after", "a\n")]]),
        },
        Case {
            name: "map-in-the-data",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.name", b"f"), ("GNU.sparse.realsize", b"1024")]), file("cut", map_and_data("1\n512\n4\n")), file("after", "a\n")]]),
        },
        Case {
            name: "parts-over-each-other",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.name", b"f"), ("GNU.sparse.realsize", b"1024")]), file("cut", map_and_data("2\n0\n4\n2\n4\n")), file("after", "a\n")]]),
        },
        Case {
            name: "part-past-the-end",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.name", b"f"), ("GNU.sparse.realsize", b"2")]), file("cut", map_and_data("1\n512\n4\n")), file("after", "a\n")]]),
        },
        Case {
            name: "file-of-many-exbibytes",
            expect: Expect::Bounded,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.name", b"f"), ("GNU.sparse.realsize", b"9223372036854775807")]), file("cut", map_and_data("1\n9223372036854775803\n4\n")), file("after", "a\n")]]),
        },
        Case {
            name: "name-alone",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![vec![pax_header(b'x', &[("GNU.sparse.name", b"f")]), file("cut", "data"), file("after", "a\n")]]),
        },
        Case {
            name: "name-outside",
            expect: Expect::Contain,
            flags: &[Flag::Headers, Flag::ParentComponent],
            make: Make::Layers(|place| {
                let name = place.relative("new");
                let records: &[(&str, &[u8])] = &[
                    ("GNU.sparse.major", b"1"),
                    ("GNU.sparse.minor", b"0"),
                    ("GNU.sparse.name", &name),
                    ("GNU.sparse.realsize", b"1024"),
                ];
                vec![vec![pax_header(b'x', records), file("cut", map_and_data("1\n512\n4\n"))]]
            }),
        },
        Case {
            name: "zeros-that-are-there",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("f", [vec![0; 64 << 10], b"data".to_vec()].concat())]]),
        },
    ],
};

/// The map of a sparse file, as it stands before the data, and four bytes of these for each part.
fn map_and_data(map: &str) -> Vec<u8> {
    let mut bytes = map.as_bytes().to_vec();
    bytes.resize(BLOCK, 0);
    bytes.extend(b"datadata");
    bytes
}
