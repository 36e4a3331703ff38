//! Modes and attributes that give power, or that a union file system takes for its own.

use super::{Case, Expect, Family, Flag, Make};
use crate::layer::{directory, file, hard_link, symlink, with};

pub const FAMILY: Family = Family {
    id: "EXT-17",
    says: "Set-user-ID ends up on a file that was not meant, or stays on one that was replaced; an \
           attribute of the union file system makes another directory appear.",
    references: &[],
    cases: &[
        Case {
            name: "set-user-id-by-a-hard-link",
            expect: Expect::Agree,
            flags: &[Flag::HardLink],
            make: Make::Layers(|_| vec![vec![file("f", "f\n"), with(hard_link("h", "f"), |entry| entry.mode = 0o4755)]]),
        },
        Case {
            name: "set-user-id-by-a-hard-link-to-a-link",
            expect: Expect::Contain,
            flags: &[Flag::HardLink, Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![symlink("l", place.absolute("tool")), with(hard_link("h", "l"), |entry| entry.mode = 0o6755)]]),
        },
        Case {
            name: "capability",
            expect: Expect::Contain,
            flags: &[Flag::Privileged],
            make: Make::Layers(|_| {
                vec![vec![with(file("f", "f\n"), |entry| {
                    let capability = b"\x01\0\0\x02\xff\xff\xff\xff\0\0\0\0\xff\xff\xff\xff\0\0\0\0".to_vec();
                    entry.xattrs.insert(b"security.capability".to_vec(), capability);
                })]]
            }),
        },
        Case {
            name: "label-of-selinux",
            expect: Expect::Contain,
            flags: &[Flag::Privileged],
            make: Make::Layers(|_| vec![vec![with(directory("d/"), |entry| {
                    entry.xattrs.insert(b"security.selinux".to_vec(), b"system_u:object_r:shadow_t:s0\0".to_vec());
                })]]),
        },
        Case {
            name: "redirection-of-a-union",
            expect: Expect::Contain,
            flags: &[Flag::Privileged],
            make: Make::Layers(|_| vec![vec![with(directory("d/"), |entry| {
                    entry.xattrs.insert(b"trusted.overlay.redirect".to_vec(), b"/etc/ports".to_vec());
                })]]),
        },
        Case {
            name: "opaque-directory-of-an-unprivileged-union",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Layers(|_| vec![vec![with(directory("d/"), |entry| {
                    entry.xattrs.insert(b"user.overlay.opaque".to_vec(), b"y".to_vec());
                })]]),
        },
        Case {
            name: "attribute-through-a-link",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Layers(|place| vec![vec![with(symlink("l", place.absolute("plain")), |entry| {
                    entry.xattrs.insert(b"user.tide".to_vec(), b"high".to_vec());
                })]]),
        },
        Case {
            name: "set-user-id-replaced",
            expect: Expect::Preserve,
            flags: &[Flag::SeveralLayers],
            make: Make::Layers(|_| {
                let below = with(file("f", "1\n"), |entry| entry.mode = 0o4755);
                vec![vec![below], vec![file("f", "2\n")]]
            }),
        },
        Case {
            name: "sticky-directory",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![with(directory("d/"), |entry| entry.mode = 0o1777), file("d/f", "f\n")]]),
        },
    ],
};
