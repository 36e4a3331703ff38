//! Layouts whose documents are without measure.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "LAY-07",
    says: "What leads to an image is read into memory as a whole, as nobody expects it to be large.",
    references: &["CVE-2023-25153", "CVE-2026-50195"],
    cases: &[
        Case {
            name: "header-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(Part::Header, Edit::Bytes(|bytes, _| bytes.resize(24 << 20, b' '))),
        },
        Case {
            name: "index-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(Part::Index, Edit::Bytes(|bytes, _| bytes.resize(24 << 20, b' '))),
        },
        Case {
            name: "manifest-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(Part::Manifest, Edit::Bytes(|bytes, _| bytes.resize(24 << 20, b' '))),
        },
        Case {
            name: "annotation-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(Part::Manifest, Edit::Document(|it, _| it.set("annotations", Tree::object([("com.example.text", "t".repeat(16 << 20).into())])))),
        },
        Case {
            name: "nested-a-million-times",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(Part::Index, Edit::Document(|it, _| it.set("com.example.nested", Tree::raw("[".repeat(1_000_000))))),
        },
        Case {
            name: "index-of-some-kibibytes",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Index, Edit::Bytes(|bytes, _| bytes.resize(256 << 10, b' '))),
        },
    ],
};
