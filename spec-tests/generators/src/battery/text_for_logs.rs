//! Text that goes on as if somebody else had written it.

use super::{Case, Expect, FORGED, Family, Make};
use crate::layer::file;
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "ART-04",
    says: "What an image says of itself is printed as it is: a line of it looks like one of the program's \
           own.",
    references: &["CVE-2025-32019"],
    cases: &[
        Case {
            name: "author",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.set("author", forged()))),
        },
        Case {
            name: "history",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    let entry = Tree::object([("created_by", forged()), ("comment", forged())]);
                    it.set("history", vec![entry.clone(), entry]);
                })),
        },
        Case {
            name: "label",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Labels", Tree::object([("com.example.text", forged())])))),
        },
        Case {
            name: "annotation",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::Manifest, Edit::Document(|it, _| it.set("annotations", Tree::object([("org.opencontainers.image.title", forged())])))),
        },
        Case {
            name: "media-type",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("mediaType", forged()))),
        },
        Case {
            name: "digest",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", forged()))),
        },
        Case {
            name: "name-of-a-file",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file(["../f\n", FORGED, "\n"].concat(), "f\n")]]),
        },
        Case {
            name: "markup",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.set("author", "<script>alert(1)</script> %n%s {{.}} ${HOME}"))),
        },
    ],
};

fn forged() -> Tree {
    ["tide\n", FORGED, "\n"].concat().into()
}
