//! Directories that a configuration asks for, and that lie elsewhere.

use seaworthy_image::layout::Memory;

use super::{Case, Expect, Family, Flag, Make, Place};
use crate::choices::Choices;
use crate::draft::Content;
use crate::layer::symlink;
use crate::mutation::Part;
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "CFG-07",
    says: "The working directory and the mount points of volumes are made, or entered, by a program that \
           has not looked where they lead.",
    references: &["CVE-2024-21626", "CVE-2022-23648"],
    cases: &[
        Case {
            name: "working-directory-that-climbs",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("WorkingDir", &place.relative("new"), place)),
        },
        Case {
            name: "working-directory-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("WorkingDir", b"/l/new", place)),
        },
        Case {
            name: "working-directory-of-an-open-file",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("WorkingDir", b"/proc/self/fd/8", place)),
        },
        Case {
            name: "volume-that-climbs",
            expect: Expect::Contain,
            flags: &[Flag::ParentComponent],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("Volumes", &[b"/", &place.relative("new")[..]].concat(), place)),
        },
        Case {
            name: "volume-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("Volumes", b"/l/new", place)),
        },
        Case {
            name: "volume-over-the-root",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("Volumes", b"/", place)),
        },
        Case {
            name: "working-directory-beside-the-link",
            expect: Expect::Preserve,
            flags: &[Flag::SymlinkOutside],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_directory("WorkingDir", b"/m/new", place)),
        },
    ],
};

/// An image with a link `l` that leads out of it, and a configuration that asks for a directory.
fn with_directory(member: &str, path: &[u8], place: &Place) -> Memory {
    let mut draft = super::image(vec![vec![symlink("l", place.absolute(""))]]);
    let path = String::from_utf8_lossy(path).into_owned();
    let config = draft.node(Part::Config).map(|config| &mut draft.nodes[config].content);
    if let Some(Content::Document(config)) = config {
        let value = match member {
            "Volumes" => Tree::object([(path.as_str(), Tree::Object(Vec::new()))]),
            _ => path.into(),
        };
        config.member("config").set(member, value);
    }
    draft.seal(&mut Choices::new(&[]))
}
