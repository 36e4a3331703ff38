//! An entry records the extended attributes, and unpacking restores them where it can.
//!
//! Capabilities are kept in one: without it `ping` does not work, or works only for root. The keyword of
//! the record is not specified; `SCHILY.xattr` is the one in common use. A file system or an unprivileged
//! program may not be able to have them.

use seaworthy_generators::layer::{directory, file, pax_header, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::Member;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#file-attributes",
    valid: &[
        Mutation::entries("text", |members, _| {
            *members = vec![having(file("f", "f"), "user.tide", b"high")];
        })
        .may_be_refused(),
        Mutation::entries("bytes-with-a-nul", |members, _| {
            *members = vec![having(file("f", "f"), "user.tide", b"\0\xff\n=")];
        })
        .may_be_refused(),
        Mutation::entries("empty", |members, _| {
            *members = vec![having(file("f", "f"), "user.tide", b"")];
        })
        .may_be_refused(),
        Mutation::entries("of-a-directory", |members, _| {
            *members = vec![having(directory("d/"), "user.tide", b"high")];
        })
        .may_be_refused(),
        Mutation::entries("several", |members, _| {
            *members = vec![having(having(file("f", "f"), "user.a", b"1"), "user.b", b"2")];
        })
        .may_be_refused(),
        Mutation::entries("capability", |members, _| {
            *members = vec![having(file("f", "f"), "security.capability", CAPABILITY)];
        })
        .may_be_refused(),
    ],
    unclear: &[
        Mutation::entries("filtered-by-some", |members, _| {
            *members = vec![having(file("f", "f"), "security.selinux", b"system_u:object_r:bin_t:s0\0")];
        }),
        Mutation::entries("of-a-union-file-system", |members, _| {
            *members = vec![having(directory("d/"), "trusted.overlay.opaque", b"y")];
        }),
        Mutation::entries("of-libarchive", |members, _| {
            *members = vec![pax_header(b'x', &[("LIBARCHIVE.xattr.user.tide", b"aGlnaA")]), file("f", "f")];
        }),
    ],
    ..Rule::BASE
};

/// `cap_net_raw+ep` in the second version of the format.
const CAPABILITY: &[u8] = b"\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn having(member: Member, name: &str, value: &[u8]) -> Member {
    with(member, |entry| drop(entry.xattrs.insert(name.into(), value.to_vec())))
}
