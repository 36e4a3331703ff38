//! Images of which most can be unpacked before the fault shows.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{Layer, file};
use crate::mutation::{Edit, Part};

pub const FAMILY: Family = Family {
    id: "EXT-23",
    says: "What was unpacked by then stays where a whole image is looked for, and is used.",
    references: &["CVE-2026-28407"],
    cases: &[
        Case {
            name: "last-layer-altered",
            expect: Expect::Reject,
            flags: &[Flag::SeveralLayers],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| {
                    layout.files.entry(path.to_owned()).and_modify(|layer| {
                        let middle = layer.len() / 2;
                        layer[middle] ^= 0x55;
                    });
                }),
            ),
        },
        Case {
            // Hashed as it is: only the stream tells.
            name: "last-layer-cut",
            expect: Expect::Reject,
            flags: &[Flag::SeveralLayers],
            make: Make::Edit(Part::Layer, Edit::Bytes(|layer, _| layer.truncate(layer.len() / 2))),
        },
        Case {
            name: "archive-cut-after-an-entry",
            expect: Expect::Reject,
            flags: &[Flag::SeveralLayers],
            make: Make::Edit(
                Part::Layer,
                Edit::Archive(|archive, _| {
                    *archive = Layer::new(vec![file("one", "1\n"), file("two", [b'2'; 4000])]).archive();
                    archive.truncate(2048);
                }),
            ),
        },
        Case {
            name: "three-layers",
            expect: Expect::Preserve,
            flags: &[Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![file("one", "1\n")], vec![file("two", "2\n")]]),
        },
    ],
};
