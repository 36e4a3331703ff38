//! Where there are numeric ids, the names of owner and group are ignored.
//!
//! The names are those of the machine that made the layer. An unpacker that looks them up gives the files
//! to whoever has the name on its own machine, or in the image, or nobody.

use seaworthy_generators::layer::{file, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::Member;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "layer.md#file-attributes",
    valid: &[
        Mutation::entries("another-user", |members, _| {
            *members = vec![named(1234, b"root", b"")];
        }),
        Mutation::entries("another-group", |members, _| {
            *members = vec![named(1234, b"", b"root")];
        }),
        Mutation::entries("names-of-the-image", |members, _| {
            *members = vec![named(0, b"bob", b"staff")];
        }),
        Mutation::entries("names-of-nobody", |members, _| {
            *members = vec![named(1234, b"no-such-user", b"no-such-group")];
        }),
        Mutation::entries("no-names", |members, _| {
            *members = vec![named(1234, b"", b"")];
        }),
        Mutation::entries("name-that-is-a-number", |members, _| {
            *members = vec![named(1234, b"0", b"0")];
        }),
        Mutation::entries("long-names", |members, _| {
            *members = vec![named(1234, &[b'n'; 40], &[b'g'; 40])];
        }),
    ],
    ..Rule::BASE
};

fn named(id: u64, user: &[u8], group: &[u8]) -> Member {
    with(file("f", "f"), |entry| {
        (entry.uid, entry.gid) = (id, id);
        (entry.uname, entry.gname) = (user.to_vec(), group.to_vec());
    })
}
