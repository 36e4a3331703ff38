//! Devices, FIFOs, and what a union file system takes for a whiteout.

use seaworthy_image::tar::EntryKind;

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{device, directory, fifo, file, with};

const FLAGS: &[Flag] = &[Flag::Privileged];

pub const FAMILY: Family = Family {
    id: "EXT-16",
    says: "A device gives whoever opens it the host's; one with the numbers 0 and 0 removes a file once the \
           layers are mounted; a FIFO makes a program that opens it wait for ever.",
    references: &[],
    cases: &[
        Case {
            name: "memory",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![device("mem", EntryKind::CharDevice, 1, 1)]]),
        },
        Case {
            name: "disk",
            expect: Expect::Contain,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![device("disk", EntryKind::BlockDevice, 8, 0)]]),
        },
        Case {
            name: "whiteout-of-a-union",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| vec![vec![device("etc/motd", EntryKind::CharDevice, 0, 0)]]),
        },
        Case {
            name: "opaque-directory-of-a-union",
            expect: Expect::Agree,
            flags: FLAGS,
            make: Make::Layers(|_| {
                vec![vec![with(directory("etc/ports/"), |entry| {
                    entry.xattrs.insert(b"trusted.overlay.opaque".to_vec(), b"y".to_vec());
                })]]
            }),
        },
        Case {
            name: "file-over-a-fifo",
            expect: Expect::Bounded,
            flags: &[Flag::TypeChange, Flag::SeveralLayers],
            make: Make::Layers(|_| vec![vec![fifo("p")], vec![file("p", "f\n")]]),
        },
        Case {
            name: "fifo-alone",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![fifo("p")]]),
        },
    ],
};
