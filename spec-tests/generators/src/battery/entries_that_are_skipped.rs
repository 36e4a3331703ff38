//! Images for several platforms, of which one is damaged.

use seaworthy_image::layout::Memory;

use super::{Case, Expect, Family, Make};
use crate::choices::Choices;
use crate::draft::NodeKind;
use crate::mutation::Part;
use crate::shape::Shape;

pub const FAMILY: Family = Family {
    id: "DIG-08",
    says: "What a check says of the first entry of an index is taken for all of them, and the one that is \
           used is another.",
    references: &["CVE-2022-24778"],
    cases: &[
        Case {
            name: "second-is-used",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| damaged(true)),
        },
        Case {
            name: "first-is-used",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| damaged(false)),
        },
        Case {
            name: "second-is-whole",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| in_order(true)),
        },
    ],
};

/// The image for linux/amd64 stands second in the index, or first.
fn in_order(is_second: bool) -> Memory {
    let mut draft = Shape::MultiPlatform.draft();
    let indexes = draft.nodes.iter_mut().filter(|node| node.kind == NodeKind::Index && is_second);
    indexes.for_each(|index| index.links.reverse());
    draft.seal(&mut Choices::new(&[]))
}

/// The same, and its configuration is altered.
fn damaged(is_second: bool) -> Memory {
    let mut layout = in_order(is_second);
    for bytes in layout.files.values_mut() {
        let text = String::from_utf8_lossy(bytes);
        // Nothing but the configuration says who made it, and the other is for another architecture.
        if text.contains("Seaworthy") && text.contains("amd64") {
            *bytes = text.replace("Seaworthy", "Seaworthx").into_bytes();
        }
    }
    layout
}
