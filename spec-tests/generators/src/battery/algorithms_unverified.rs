//! Digests by algorithms that nobody computes.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "DIG-03",
    says: "A digest whose algorithm a program does not know is taken for one that fits: whatever is stored \
           under it is used.",
    references: &[],
    cases: &[
        Case {
            name: "unknown",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("tide+rip:{}", "0".repeat(64))))),
        },
        Case {
            name: "md5",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("md5:{}", "0".repeat(32))))),
        },
        Case {
            name: "sha384",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("sha384:{}", "0".repeat(96))))),
        },
        Case {
            name: "another-sha512",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("sha512:{}", "0".repeat(128))))),
        },
        Case {
            name: "unknown-for-a-configuration",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Document(|it, _| it.set("digest", format!("tide+rip:{}", "0".repeat(64))))),
        },
        Case {
            name: "unknown-for-a-manifest",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::EntryDescriptor, Edit::Document(|it, _| it.set("digest", format!("tide+rip:{}", "0".repeat(64))))),
        },
        Case {
            name: "length-of-another",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("sha256:{}", "0".repeat(40))))),
        },
        Case {
            name: "upper-case-name",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", it.text("digest").replace("sha256", "SHA256")))),
        },
        Case {
            name: "algorithm-in-an-annotation",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| {
                    let text = format!("md5:{}", "0".repeat(32));
                    it.set("annotations", Tree::object([("com.example.digest", text.into())]));
                })),
        },
    ],
};
