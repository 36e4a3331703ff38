//! Indexes with more than one image for a platform, or with a platform that says nothing.

use seaworthy_image::layout::Memory;

use super::{Case, Expect, Family, Make};
use crate::choices::Choices;
use crate::draft::{Content, NodeKind};
use crate::layer::{Layer, file};
use crate::mutation::Part;
use crate::shape::Shape;
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "DIG-11",
    says: "Of two images that suit, one program takes the first and another the last: what was looked at is \
           not what is run.",
    references: &[],
    cases: &[
        Case {
            name: "two-for-one",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| with_second(platform("amd64"))),
        },
        Case {
            name: "variant-of-the-second",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| {
                let mut platform = platform("amd64");
                platform.set("variant", "v3");
                with_second(platform)
            }),
        },
        Case {
            name: "unknown-features-of-the-second",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| {
                let mut platform = platform("amd64");
                platform.set("os.features", Tree::strings(&["tide"]));
                with_second(platform)
            }),
        },
        Case {
            name: "nothing-of-the-second",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| with_second(Tree::Object(Vec::new()))),
        },
        Case {
            name: "one-for-each",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Platform], |_| with_second(platform("s390x"))),
        },
    ],
};

fn platform(architecture: &str) -> Tree {
    Tree::object([("architecture", architecture.into()), ("os", "linux".into())])
}

/// An index of two images, of which the second has another file, and this platform.
fn with_second(platform: Tree) -> Memory {
    let mut draft = Shape::MultiPlatform.draft();
    let second = draft.nodes.iter_mut().rfind(|node| matches!(node.content, Content::Layer(_)));
    second.into_iter().for_each(|node| {
        node.content = Content::Layer(Layer::new(vec![file("second", "2\n")]));
    });
    for index in draft.nodes.iter_mut().filter(|node| node.kind == NodeKind::Index) {
        index.links.iter_mut().skip(1).for_each(|link| link.descriptor.set("platform", platform.clone()));
    }
    draft.seal(&mut Choices::new(&[]))
}
