//! Layouts in which something else stands where a file should be.

use seaworthy_image::layout::{EntryKind, Memory};

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};

pub const FAMILY: Family = Family {
    id: "EXT-22",
    says: "A FIFO is opened and never ends; a link leads to a file that is none of the layout's.",
    references: &["CVE-2024-3727"],
    cases: &[
        Case {
            name: "layer-as-a-fifo",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Special)),
            ),
        },
        Case {
            name: "configuration-as-a-fifo",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(
                Part::Config,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Special)),
            ),
        },
        Case {
            name: "manifest-as-a-fifo",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(
                Part::Manifest,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Special)),
            ),
        },
        Case {
            name: "index-as-a-fifo",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(
                Part::Index,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Special)),
            ),
        },
        Case {
            name: "header-as-a-fifo",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Edit(
                Part::Header,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Special)),
            ),
        },
        Case {
            name: "header-as-a-directory",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Edit(
                Part::Header,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Directory)),
            ),
        },
        Case {
            name: "layer-as-a-link",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Link)),
            ),
        },
        Case {
            name: "manifest-as-a-link",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Manifest,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Link)),
            ),
        },
        Case {
            name: "index-as-a-link",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Index,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Link)),
            ),
        },
        Case {
            name: "layer-as-a-directory",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| become_another(layout, path, EntryKind::Directory)),
            ),
        },
        Case {
            name: "blobs-as-a-link",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layout,
                Edit::Stored(|layout, path, _| {
                    let _ = path;
                    layout.files.retain(|path, _| !path.starts_with("blobs/"));
                    layout.others.insert("blobs".to_owned(), EntryKind::Link);
                }),
            ),
        },
        Case {
            name: "directory-of-another-algorithm",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(
                Part::Layout,
                Edit::Stored(|layout, path, _| {
                    let _ = path;
                    layout.others.insert("blobs/sha512".to_owned(), EntryKind::Directory);
                }),
            ),
        },
    ],
};

fn become_another(layout: &mut Memory, path: &str, kind: EntryKind) {
    layout.files.remove(path);
    layout.others.insert(path.to_owned(), kind);
}
