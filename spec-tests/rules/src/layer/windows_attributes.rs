//! The records for Windows are supported by implementations on Windows, and do no harm anywhere else.
//!
//! They are PAX records under the names of their vendors. Images for Windows are copied, and looked into,
//! on other systems.

use seaworthy_generators::layer::{file, pax_header, symlink};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#platform-specific-attributes",
    valid: &[
        Mutation::entries("file-attributes", |members, _| {
            *members = vec![pax_header(b'x', &[("MSWINDOWS.fileattr", b"32")]), file("f", "f")];
        }),
        Mutation::entries("security-descriptor", |members, _| {
            *members = vec![pax_header(b'x', &[("MSWINDOWS.rawsd", b"AQAAgBQAAAAkAAAAAAAAAAAAAAABAgAAAAAABSAAAAAgAgAAAQIAAAAAAAUgAAAAIAIAAA==")]), file("f", "f")];
        }),
        Mutation::entries("creation-time", |members, _| {
            *members = vec![pax_header(b'x', &[("LIBARCHIVE.creationtime", b"1767323045.5")]), file("f", "f")];
        }),
        Mutation::entries("mount-point", |members, _| {
            *members = vec![pax_header(b'x', &[("MSWINDOWS.mountpoint", b"1")]), symlink("l", "etc")];
        }),
    ],
    ..Rule::BASE
};
