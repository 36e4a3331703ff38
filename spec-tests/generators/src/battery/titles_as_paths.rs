//! Titles of layers that would be paths.

use seaworthy_image::layout::Memory;
use seaworthy_image::views::Relation;

use super::{Case, Expect, Family, Flag, Make};
use crate::choices::Choices;
use crate::mutation::Part;
use crate::shape::Shape;
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "ART-01",
    says: "What unpacks artifacts takes the title of a layer for the name of its file.",
    references: &["CVE-2025-62725", "CVE-2026-50162", "CVE-2026-35206", "CVE-2024-25620"],
    cases: &[
        Case {
            name: "path-that-climbs",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(TITLED, |place| titled(&place.relative("new"))),
        },
        Case {
            name: "over-a-file",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(TITLED, |place| titled(&place.relative("plain"))),
        },
        Case {
            name: "absolute-path",
            expect: Expect::Contain,
            flags: &[Flag::AbsolutePath],
            make: Make::Image(TITLED, |place| titled(&place.absolute("new"))),
        },
        Case {
            name: "dot",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Image(TITLED, |_| titled(b".")),
        },
        Case {
            name: "dots",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(TITLED, |_| titled(b"..")),
        },
        Case {
            name: "dots-that-come-out-of-it",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(TITLED, |_| titled(b"a/../..")),
        },
        Case {
            name: "nothing",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Image(TITLED, |_| titled(b"")),
        },
        Case {
            name: "ordinary",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(TITLED, |_| titled(b"chart.txt")),
        },
    ],
};

const TITLED: &[Part] = &[Part::LayerDescriptor];

/// A plain image whose layers all have this title.
fn titled(title: &[u8]) -> Memory {
    let mut draft = Shape::Image.draft();
    let links = draft.nodes.iter_mut().flat_map(|node| &mut node.links);
    for link in links.filter(|link| link.relation == Relation::Layer) {
        let title: Tree = String::from_utf8_lossy(title).as_ref().into();
        link.descriptor.set("annotations", Tree::object([("org.opencontainers.image.title", title)]));
    }
    draft.seal(&mut Choices::new(&[]))
}
