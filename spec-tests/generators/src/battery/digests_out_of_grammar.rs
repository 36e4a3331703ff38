//! Digests that somebody might put right, and then go by.

use super::{Case, Expect, Family, Flag, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "DIG-02",
    says: "A digest that is no digest is trimmed, decoded or folded on its way to a path, and so names a \
           blob that nobody has verified.",
    references: &[],
    cases: &[
        Case {
            name: "upper-case",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| {
                    let upper = it.text("digest").replace("sha256:", "").to_uppercase();
                    it.set("digest", format!("sha256:{upper}"));
                })),
        },
        Case {
            name: "one-digit-less",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| {
                    let mut short = it.text("digest").to_owned();
                    short.pop();
                    it.set("digest", short);
                })),
        },
        Case {
            name: "line-feed-at-the-end",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("{}\n", it.text("digest"))))),
        },
        Case {
            name: "nul-at-the-end",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| it.set("digest", format!("{}\0", it.text("digest"))))),
        },
        Case {
            name: "space-at-the-start",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Document(|it, _| it.set("digest", format!(" {}", it.text("digest"))))),
        },
        Case {
            name: "escaped-path",
            expect: Expect::Reject,
            flags: &[Flag::ParentComponent],
            make: Make::Edit(Part::EntryDescriptor, Edit::Document(|it, _| it.set("digest", "sha256:%2e%2e%2f%2e%2e%2findex.json"))),
        },
        Case {
            name: "full-width-digits",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::ConfigDescriptor, Edit::Document(|it, _| {
                    let wide = it.text("digest").replace('0', "\u{ff10}").replace('1', "\u{ff11}");
                    it.set("digest", wide);
                })),
        },
        Case {
            name: "digest-in-an-annotation",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::LayerDescriptor, Edit::Document(|it, _| {
                    let text = format!("{}\n", it.text("digest").to_uppercase());
                    it.set("annotations", Tree::object([("com.example.digest", text.into())]));
                })),
        },
    ],
};
