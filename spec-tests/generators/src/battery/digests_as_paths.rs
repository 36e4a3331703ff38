//! Digests that would be paths.

use super::{Case, Expect, Family, Flag, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "DIG-01",
    says: "A digest becomes part of a path or of an address before anybody has looked at it.",
    references: &["CVE-2024-3727"],
    cases: &[
        Case {
            name: "encoded-part-of-a-layer",
            expect: Expect::Reject,
            flags: &[Flag::ParentComponent],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", "sha256:../../../plain"))),
        },
        Case {
            name: "algorithm-of-a-layer",
            expect: Expect::Reject,
            flags: &[Flag::ParentComponent],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", "../../x:00"))),
        },
        Case {
            name: "encoded-part-of-a-configuration",
            expect: Expect::Reject,
            flags: &[Flag::ParentComponent],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Document(|it, _| it.set("digest", "sha256:../../index.json"))),
        },
        Case {
            name: "encoded-part-of-a-manifest",
            expect: Expect::Reject,
            flags: &[Flag::ParentComponent],
            make: Make::Edit(Part::EntryDescriptor, Edit::Document(|it, _| it.set("digest", "sha256:../../oci-layout"))),
        },
        Case {
            name: "nothing",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", ""))),
        },
        Case {
            name: "dots-in-an-annotation",
            expect: Expect::Preserve,
            flags: &[Flag::ParentComponent],
            make: Make::Edit(
                Part::LayerDescriptor,
                Edit::Document(|it, _| {
                    it.set("annotations", Tree::object([("com.example.path", "../../x".into())]));
                }),
            ),
        },
    ],
};
