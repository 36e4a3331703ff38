//! Descriptors that say something else of a blob than is stored.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "DIG-05",
    says: "Memory is set aside for a size before a byte is read; or a blob is read on and on, past the size \
           that it should have.",
    references: &[],
    cases: &[
        Case {
            name: "larger-than-all-memory",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("size", i64::MAX))),
        },
        Case {
            name: "manifest-larger-than-all-memory",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::EntryDescriptor, Edit::Document(|it, _| it.set("size", 1 << 62))),
        },
        Case {
            name: "configuration-larger-than-all-memory",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Document(|it, _| it.set("size", 1 << 40))),
        },
        Case {
            name: "below-zero",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("size", -1))),
        },
        Case {
            name: "smaller-than-the-layer",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("size", 1))),
        },
        Case {
            name: "longer-blob",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| {
                    layout.files.entry(path.to_owned()).and_modify(|layer| layer.resize(32 << 20, 0));
                }),
            ),
        },
        Case {
            name: "another-type-of-manifest",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::EntryDescriptor, Edit::Document(|it, _| it.set("mediaType", "application/vnd.oci.image.index.v1+json"))),
        },
        Case {
            name: "size-in-an-annotation",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("annotations", Tree::object([("com.example.size", "9223372036854775807".into())])))),
        },
    ],
};
