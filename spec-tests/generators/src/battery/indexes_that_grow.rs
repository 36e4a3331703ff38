//! Indexes that are deep, wide, or the same thing twice.

use seaworthy_image::layout::Memory;
use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

use super::{Case, Expect, Family, Make};
use crate::choices::Choices;
use crate::draft::{Content, Draft, Link, NodeKind};
use crate::mutation::Part;
use crate::shape::{Shape, index_tree};

pub const FAMILY: Family = Family {
    id: "DIG-09",
    says: "Whoever follows every entry by recursion, or opens all of them at once, comes to no end.",
    references: &[],
    cases: &[
        Case {
            name: "two-hundred-levels",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(&[Part::NestedIndex], |_| nested(200)),
        },
        Case {
            name: "twenty-thousand-entries",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(&[Part::Index], |_| listed(&[media_type::MANIFEST; 20_000])),
        },
        Case {
            name: "of-two-types",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Index], |_| listed(&[media_type::MANIFEST, media_type::INDEX])),
        },
        Case {
            name: "two-levels",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::NestedIndex], |_| nested(1)),
        },
    ],
};

/// A plain image below as many indexes.
fn nested(levels: usize) -> Memory {
    rooted(|draft| {
        for _ in 0..levels {
            let (top, is_index) = (draft.nodes.len() - 1, draft.nodes.last().map(|node| node.kind));
            let media_type = match is_index {
                Some(NodeKind::Index) => media_type::INDEX,
                _ => media_type::MANIFEST,
            };
            let link = Link::new(Relation::Entry, media_type, top);
            draft.push(NodeKind::Index, Content::Document(index_tree()), vec![link]);
        }
        &[media_type::INDEX]
    })
}

/// A plain image in `index.json` as often as there are types, and by these. The first has the name.
fn listed(types: &'static [&'static str]) -> Memory {
    rooted(|_| types)
}

/// A plain image with what `edit` puts on top of it, in an `index.json` of entries of these types for that.
fn rooted(edit: impl FnOnce(&mut Draft) -> &'static [&'static str]) -> Memory {
    let mut draft = Shape::Image.draft();
    let Some(mut root) = draft.nodes.pop() else { return Memory::default() };
    let types = edit(&mut draft);
    let top = draft.nodes.len() - 1;
    let named = root.links[0].descriptor.clone();
    root.links = types.iter().map(|media_type| Link::new(Relation::Entry, media_type, top)).collect();
    root.links[0].descriptor = named;
    root.links[0].descriptor.set("mediaType", types[0]);
    draft.nodes.push(root);
    draft.seal(&mut Choices::new(&[]))
}
