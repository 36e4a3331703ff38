//! Text that does something to a terminal, or to whoever interprets it.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "ART-03",
    says: "What an image says of itself is shown to people: control characters in it move the cursor, set \
           the title, or write to the clipboard.",
    references: &["CVE-2025-32019"],
    cases: &[
        Case {
            name: "author",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.set("author", "\u{1b}]52;c;dGlkZQ==\u{7}me"))),
        },
        Case {
            name: "history",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(
                Part::Config,
                Edit::Document(|it, _| {
                    let entry = |text: &str| Tree::object([("created_by", text.into())]);
                    it.set("history", vec![entry("safe\rRUN\u{1b}[2K"), entry("\u{9b}31m\u{202e}edit\u{0}")]);
                }),
            ),
        },
        Case {
            name: "annotation",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(
                Part::Manifest,
                Edit::Document(|it, _| {
                    let text = "\u{1b}]0;tide\u{7}\u{1b}[31m<script>${HOME} %n\nlevel=error";
                    it.set("annotations", Tree::object([("com.example.text", text.into())]));
                }),
            ),
        },
        Case {
            name: "name-of-a-reference",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Edit(
                Part::EntryDescriptor,
                Edit::Document(|it, _| {
                    let name = "v1\u{1b}[8m/../../x";
                    it.set("annotations", Tree::object([("org.opencontainers.image.ref.name", name.into())]));
                }),
            ),
        },
        Case {
            name: "beyond-ascii",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.set("author", "Θάλασσα & Bréf \u{1f30a}"))),
        },
    ],
};
