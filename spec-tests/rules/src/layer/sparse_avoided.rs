//! Layers hold no sparse files.
//!
//! A program that does not know the form writes the map of the holes into the file, or leaves them out.

use seaworthy_generators::layer::{file, pax_header, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::Member as Entry;
use seaworthy_image::tar::write::{BLOCK, Dialect, END, push, seal};
use seaworthy_image::tar::{EntryKind, Member};

use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "layer.md#file-attributes",
    check: Check::Entry(check),
    valid: &[Mutation::entries("zeros-as-they-are", |members, _| *members = vec![file("zeros", [0; 4096])])],
    invalid: &[
        Mutation::entries("pax-1-0", |members, _| *members = pax_1_0()),
        Mutation::entries("pax-0-1", |members, _| *members = pax_0_1()),
        Mutation::archive("of-old-gnu-tar", |archive, _| old_gnu(archive)),
    ],
    ..Rule::BASE
};

/// A file of 4,096 bytes, of which the archive holds the last 512: the map comes before the data.
fn pax_1_0() -> Vec<Entry> {
    let mut content = b"1\n3584\n512\n".to_vec();
    content.resize(512, 0);
    content.extend([b's'; 512]);
    let records: &[(&str, &[u8])] = &[
        ("GNU.sparse.major", b"1"),
        ("GNU.sparse.minor", b"0"),
        ("GNU.sparse.name", b"sparse"),
        ("GNU.sparse.realsize", b"4096"),
    ];
    vec![pax_header(b'x', records), file("GNUSparseFile.0/sparse", content)]
}

/// The same with the map in a record.
fn pax_0_1() -> Vec<Entry> {
    let records: &[(&str, &[u8])] = &[
        ("GNU.sparse.size", b"4096"),
        ("GNU.sparse.numblocks", b"1"),
        ("GNU.sparse.name", b"sparse"),
        ("GNU.sparse.map", b"3584,512"),
    ];
    vec![pax_header(b'x', records), file("GNUSparseFile.0/sparse", [b's'; 512])]
}

/// The same in GNU tar's first form: the header holds the map, and the size with the holes.
fn old_gnu(archive: &mut Vec<u8>) {
    let member = with(file("sparse", [b's'; 512]), |entry| entry.kind = EntryKind::Other(b'S'));
    archive.clear();
    // The dialect can hold a plain file.
    let _ = push(archive, &member.entry, &[b's'; 512], Dialect::Gnu);
    if let Some(header) = archive.first_chunk_mut::<BLOCK>() {
        header[386..398].copy_from_slice(b"00000007000\0");
        header[398..410].copy_from_slice(b"00000001000\0");
        header[483..495].copy_from_slice(b"00000010000\0");
        seal(header);
    }
    archive.extend(END);
}

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    if member.sparse.is_some() {
        findings.report_entry(member, member.position.header, "a sparse file", "a file with all of its bytes");
    }
}
