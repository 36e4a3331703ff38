//! A layer is a tar archive that can be read to its end.
//!
//! Whatever comes after the place where a reader gives up is missing from the file system, and readers
//! give up in different places.

use seaworthy_generators::layer::{self, file, pax_header, with};
use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layer::Layer;
use seaworthy_image::tar::write::{BLOCK, Dialect, END, push};

use super::edits::{each_layer, set_layer};
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

const LAYER: &[Part] = &[Part::Layer];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "layer.md#distributable-format",
    check: Check::Archive(check),
    valid: &[
        Mutation::draft("oldest-dialect", LAYER, |draft, _| each_layer(draft, |it| it.dialect = Dialect::V7)),
        Mutation::draft("ustar", LAYER, |draft, _| each_layer(draft, |it| it.dialect = Dialect::Ustar)),
        Mutation::draft("pax", LAYER, |draft, _| each_layer(draft, |it| it.dialect = Dialect::Pax)),
        Mutation::draft("gnu", LAYER, |draft, _| each_layer(draft, |it| it.dialect = Dialect::Gnu)),
        Mutation::draft("gnu-with-long-names-and-large-numbers", LAYER, |draft, _| {
            set_layer(draft, vec![with(file("n".repeat(150), "f"), |entry| entry.uid = 0o10_000_000)]);
            each_layer(draft, |layer| layer.dialect = Dialect::Gnu);
        }),
        Mutation::archive("every-dialect-in-turn", |archive, _| {
            archive.clear();
            for (number, dialect) in Dialect::ALL.into_iter().enumerate() {
                let member = file(format!("in-{number}"), "f");
                // Every dialect can hold a plain file.
                let _ = push(archive, &member.entry, b"f", dialect);
            }
            archive.extend(END);
        }),
        Mutation::archive("end-marker-alone", |archive, _| *archive = END.to_vec()),
        Mutation::archive("zeros-up-to-a-record-of-twenty-blocks", |archive, _| {
            archive.resize(archive.len().next_multiple_of(20 * BLOCK), 0);
        }),
    ],
    invalid: &[
        Mutation::archive("text", |archive, _| *archive = b"ahoy\n".repeat(300)),
        Mutation::archive("no-header", |archive, _| drop(archive.splice(0..0, [0x77; BLOCK]))),
        Mutation::archive("cut-in-a-header", |archive, _| archive.truncate(300)),
        Mutation::archive("wrong-checksum", |archive, _| archive[0] ^= 1),
        Mutation::archive("cut-in-content", |archive, _| {
            *archive = layer::archive(&[file("reef", [b'r'; 5000])], Dialect::Ustar);
            archive.truncate(2048);
        }),
        Mutation::bytes("cut-in-compressed-data", LAYER, |bytes, _| {
            if bytes.starts_with(b"\x1f\x8b") {
                bytes.truncate(bytes.len() - 5);
            }
        }),
        // The last eight bytes of a member are its checksum and its length.
        Mutation::bytes("wrong-crc-32", LAYER, |bytes, _| {
            let at = bytes.len() - 8;
            if bytes.starts_with(b"\x1f\x8b") {
                bytes[at] ^= 1;
            }
        }),
        Mutation::bytes("wrong-length", LAYER, |bytes, _| {
            let at = bytes.len() - 4;
            if bytes.starts_with(b"\x1f\x8b") {
                bytes[at] ^= 1;
            }
        }),
    ],
    unclear: &[
        Mutation::archive("nothing", |archive, _| archive.clear()),
        Mutation::archive("no-end-marker", |archive, _| {
            *archive = layer::archive(&[file("reef", "r")], Dialect::Ustar);
            archive.truncate(2 * BLOCK);
        }),
        Mutation::archive("half-an-end-marker", |archive, _| {
            *archive = layer::archive(&[file("reef", "r")], Dialect::Ustar);
            archive.truncate(3 * BLOCK);
        }),
        Mutation::archive("entries-after-the-end", |archive, _| {
            archive.extend(layer::archive(&[file("reef", "r")], Dialect::Ustar));
        }),
        Mutation::entries("pax-header-for-all", |members, _| {
            *members = vec![pax_header(b'g', &[("comment", b"tide")]), file("f", "f")];
        }),
    ],
    ..Rule::BASE
};

/// Limits of ours are no breach; who judges says that the layer was not judged in full.
///
/// Nor is it one if an archive ends without its end marker, or without what pads its last data to a whole
/// block: the specification asks for neither, readers differ, and nothing of the content is missing.
fn check(layer: &Layer, _: &Paths, findings: &mut Findings<'_>) {
    if layer.limit().is_some() {
        return;
    }
    if let Some(error) = &layer.stream_error {
        findings.report_archive(layer.stream.size, error.to_string(), "a stream that can be decompressed");
    }
    if let Some(error) = &layer.archive_error {
        findings.report_archive(error.offset, error.kind.to_string(), "a tar archive");
    }
}
