//! Names of images that would be paths, options or digests, or that two images have.

use seaworthy_image::layout::Memory;

use super::{Case, Expect, Family, Flag, Make};
use crate::choices::Choices;
use crate::mutation::Part;
use crate::shape::Shape;
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "LAY-03",
    says: "The name of an image becomes the name of a file or a word of a command line; or one program \
           takes the first image of a name, and another the last.",
    references: &["CVE-2014-9358"],
    cases: &[
        Case {
            name: "path-that-climbs",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(&[Part::EntryDescriptor], |place| named(&[&place.relative("new")])),
        },
        Case {
            name: "absolute-path",
            expect: Expect::Contain,
            flags: &[Flag::AbsolutePath],
            make: Make::Image(&[Part::EntryDescriptor], |place| named(&[&place.absolute("new")])),
        },
        Case {
            name: "over-a-file",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(&[Part::EntryDescriptor], |place| named(&[&place.relative("plain")])),
        },
        Case {
            name: "dots",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b".."])),
        },
        Case {
            name: "option",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b"--help"])),
        },
        Case {
            name: "command",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b"v1;echo $HOME`id`"])),
        },
        Case {
            name: "digest",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b"sha256:0000000000000000000000000000000000000000000000000000000000000000"])),
        },
        Case {
            name: "longer-than-names",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[&[b'n'; 5000]])),
        },
        Case {
            name: "two-of-a-name",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b"v1", b"v1"])),
        },
        Case {
            name: "two-in-other-cases",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b"v1", b"V1"])),
        },
        Case {
            name: "ordinary",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::EntryDescriptor], |_| named(&[b"v1.2-rc.1"])),
        },
    ],
};

/// A plain image under each of these names.
fn named(names: &[&[u8]]) -> Memory {
    let mut draft = Shape::Image.draft();
    if let Some(root) = draft.nodes.last_mut() {
        let entry = root.links[0].clone();
        root.links.clear();
        for name in names {
            let name: Tree = String::from_utf8_lossy(name).as_ref().into();
            let mut entry = entry.clone();
            entry
                .descriptor
                .set("annotations", Tree::object([("org.opencontainers.image.ref.name", name)]));
            root.links.push(entry);
        }
    }
    draft.seal(&mut Choices::new(&[]))
}
