//! Content in a descriptor that is not that of the blob.

use super::{Case, Expect, Family, Make};
use crate::layer::{Layer, file};
use crate::mutation::{Edit, Part};
use crate::shape::base64;

pub const FAMILY: Family = Family {
    id: "DIG-06",
    says: "The `data` of a descriptor is used without being hashed, where somebody else uses the blob.",
    references: &[],
    cases: &[
        Case {
            name: "another-configuration",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Descriptor(|it, content, _| {
                    let other = String::from_utf8_lossy(content).replace("/bin/cat", "/bin/dog");
                    it.set("data", base64(other.as_bytes()));
                })),
        },
        Case {
            name: "another-manifest",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::EntryDescriptor, Edit::Descriptor(|it, content, _| {
                    let other = String::from_utf8_lossy(content).replace("gzip", "zstd");
                    it.set("data", base64(other.as_bytes()));
                })),
        },
        Case {
            name: "another-layer",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Descriptor(|it, content, _| {
                    let mut other = Layer::new(vec![file("smuggled", "s\n")]).archive();
                    other.resize(content.len(), 0);
                    it.set("data", base64(&other));
                })),
        },
        Case {
            name: "no-base-64",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Descriptor(|it, content, _| it.set("data", format!("*{}", base64(content))))),
        },
        Case {
            // The blob that is stored under the digest has another one.
            name: "instead-of-a-blob",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(
                Part::ConfigDescriptor,
                Edit::Descriptor(|it, content, _| {
                    it.set("data", base64(content));
                    it.set("digest", format!("sha256:{}", "0".repeat(64)));
                }),
            ),
        },
        Case {
            name: "many-mebibytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Descriptor(|it, content, _| {
                    let _ = content;
                    it.set("data", base64(&vec![b' '; 8 << 20]));
                })),
        },
        Case {
            name: "the-configuration-itself",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Descriptor(|it, content, _| it.set("data", base64(content)))),
        },
    ],
};
