//! Entries that hold no data, and a size.

use seaworthy_image::filesystem::Member;
use seaworthy_image::tar::EntryKind;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file, with};

pub const FAMILY: Family = Family {
    id: "TAR-04",
    says: "Some readers skip as many bytes as a directory or a link says that it has, and some none: one of \
           them sees an entry there.",
    references: &[],
    cases: &[
        Case {
            name: "directory",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![carry(EntryKind::Directory)]),
        },
        Case {
            name: "symbolic-link",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![carry(EntryKind::Symlink)]),
        },
        Case {
            name: "hard-link",
            expect: Expect::Agree,
            flags: &[Flag::Headers, Flag::HardLink],
            make: Make::Layers(|_| vec![carry(EntryKind::HardLink)]),
        },
        Case {
            name: "fifo",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![carry(EntryKind::Fifo)]),
        },
        Case {
            name: "unregistered-type",
            expect: Expect::Agree,
            flags: &[Flag::Headers],
            make: Make::Layers(|_| vec![carry(EntryKind::Other(b'Z'))]),
        },
        Case {
            name: "regular-file",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![carry(EntryKind::File)]),
        },
    ],
};

/// An entry of some type with a whole entry behind it, as large as its size.
fn carry(kind: EntryKind) -> Vec<Member> {
    let mut hidden = Layer::new(vec![file("smuggled", "s\n")]).archive();
    hidden.truncate(1024);
    let is_link = matches!(kind, EntryKind::Symlink | EntryKind::HardLink);
    let carrier = with(file("carrier", hidden), |entry| {
        entry.kind = kind;
        entry.link = if is_link { b"target".to_vec() } else { Vec::new() };
    });
    vec![file("target", "t\n"), carrier, file("after", "a\n")]
}
