//! Archives from choices: entries that readers and unpackers trip over, and edits of the blocks that
//! they become.

use seaworthy_generators::changeset::{raw, wild};
use seaworthy_generators::choices::Choices;
use seaworthy_image::filesystem::{Content, Member};
use seaworthy_image::tar::write::{self, END};
use seaworthy_image::tar::{BLOCK, Device, Dialect, Entry, EntryKind, Time};

/// Paths that meet each other: the same in several spellings, one below another, markers, and those
/// that would lead out of the root.
const PATHS: &[&[u8]] = &[
    b"a",
    b"a/",
    b"./a",
    b"a//b",
    b"a/b",
    b"a/b/c",
    b"a/../b",
    b"b",
    b"b/c",
    b"/b",
    b"c",
    b"c/d/e",
    b".",
    b"./",
    b"",
    b"..",
    b"../x",
    b"a/../../x",
    b".wh.a",
    b".wh.b",
    b"a/.wh.b",
    b"a/.wh..wh..opq",
    b".wh..wh..opq",
    b"b/.wh.c",
    b"c/.wh..wh..opq",
    b".wh.",
    b".wh..",
    b".wh..wh.plnk",
    b"a/.wh.x/y",
    b"\xff",
    b"s",
    b"s/t",
];

/// Targets of links.
const TARGETS: &[&[u8]] =
    &[b"a", b"a/b", b"b", b"b/c", b"c", b"s", b"/a", b"./b", b"../x", b"/", b"", b".", b"missing", b"a\0b"];

/// A changeset of a few entries: of a few names that meet each other, or of anything at all.
pub fn changeset(choices: &mut Choices<'_>) -> Vec<Member> {
    if choices.chance(40) {
        return wild(choices);
    }
    (0..choices.below(7)).map(|_| member(choices)).collect()
}

fn member(choices: &mut Choices<'_>) -> Member {
    let kind = *choices.pick(&[
        EntryKind::File,
        EntryKind::Directory,
        EntryKind::File,
        EntryKind::Directory,
        EntryKind::Symlink,
        EntryKind::HardLink,
        EntryKind::Fifo,
        EntryKind::CharDevice,
        EntryKind::Other(b'Z'),
    ]);
    let path = *choices.pick(PATHS);
    let is_marker = path.rsplit(|byte| *byte == b'/').next().is_some_and(|name| name.starts_with(b".wh."));
    let has_content = kind == EntryKind::File && (!is_marker || choices.chance(5));
    const CONTENTS: &[&[u8]] = &[b"", b"one", b"two", &[7; 600]];
    let content: &[u8] = if has_content { choices.pick::<&[u8]>(CONTENTS) } else { b"" };
    let is_link = matches!(kind, EntryKind::Symlink | EntryKind::HardLink);
    let entry = Entry {
        path: path.to_vec(),
        kind: if is_marker && !choices.chance(5) { EntryKind::File } else { kind },
        link: if is_link { choices.pick(TARGETS).to_vec() } else { Vec::new() },
        size: content.len() as u64,
        mode: *choices.pick(&[0o644, 0o755, 0, 0o4755, 0o1777]),
        uid: *choices.pick(&[0, 1000, 4_294_967_295]),
        gid: *choices.pick(&[0, 1000]),
        modified: Time {
            seconds: *choices.pick(&[0, 1_767_323_045, -1, 8_589_934_592]),
            nanoseconds: *choices.pick(&[0, 500_000_000]),
        },
        device: if kind == EntryKind::CharDevice { Device { major: 1, minor: 3 } } else { Device::default() },
        xattrs: if choices.chance(10) {
            [(b"user.mood".to_vec(), b"calm".to_vec())].into()
        } else {
            Default::default()
        },
        ..Entry::default()
    };
    Member { entry, content: Content::new(content) }
}

/// A whole archive in any dialect that has room for what is chosen.
pub fn archive(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut archive = Vec::new();
    for _ in 0..choices.below(6) {
        archive.extend(group(choices));
    }
    archive.extend_from_slice(&END);
    archive
}

/// The blocks of one entry.
fn group(choices: &mut Choices<'_>) -> Vec<u8> {
    let dialect = *choices.pick(&Dialect::ALL);
    let mut member = member(choices);
    if choices.chance(10) {
        member.entry.path = [&b"long/".repeat(choices.between(18, 60) as usize)[..], b"name"].concat();
    }
    let mut blocks = Vec::new();
    let content = member.content.bytes().unwrap_or_default().to_vec();
    if write::push(&mut blocks, &member.entry, &content, dialect).is_err() {
        let _ = write::push(&mut blocks, &member.entry, &content, Dialect::Pax);
    }
    blocks
}

/// Fields of a header, by their place.
const FIELDS: &[std::ops::Range<usize>] = &[
    0..100,
    100..108,
    108..116,
    116..124,
    124..136,
    136..148,
    156..157,
    157..257,
    257..265,
    265..297,
    329..345,
    345..500,
];

/// What fields may hold.
const VALUES: &[&[u8]] = &[
    b"",
    b"0",
    b"00000000003\0",
    b"00000001000\0",
    b"77777777777\0",
    b"\x80\0\0\0\0\0\0\0\0\0\0\x03",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    b"-1",
    b" 12 ",
    b"9",
    b"5",
    b"1",
    b"2",
    b"x",
    b"g",
    b"L",
    b"K",
    b"S",
    b"7",
    b"ustar\0",
    b"ustar\x0000",
    b"ustar  \0",
    b"../x",
    b"a/",
];

/// PAX records, good and bad.
const RECORDS: &[&[u8]] = &[
    b"8 path=a\n",
    b"12 path=../x\n",
    b"9 size=3\n",
    b"12 size=1024\n",
    b"10 size=-1\n",
    b"10 mtime=1\n",
    b"6 a=b\n",
    b"06 a=b\n",
    b"5 a=b\n",
    b"7 a=b\n",
    b"99999999999999999999 a=b\n",
    b"8 =path\n",
    b"7 path\n",
    b"8 path=\n",
    b"21 hdrcharset=BINARY\n",
    b"22 GNU.sparse.major=1\n",
    b"22 GNU.sparse.minor=0\n",
    b"23 GNU.sparse.name=../x\n",
    b"27 GNU.sparse.realsize=600\n",
    b"30 SCHILY.xattr.user.mood=low\n",
    b"11 path=a\0b\n",
    b"15 linkpath=../x\n",
    b"\0\0\0",
];

/// Edits an archive as a list of blocks, and repairs the checksums that this breaks, mostly.
pub fn mutate(bytes: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut blocks: Vec<[u8; BLOCK]> = bytes.as_chunks().0.to_vec();
    for _ in 0..=choices.below(3) {
        edit(&mut blocks, choices);
    }
    let mut archive = blocks.concat();
    if choices.chance(20) {
        raw::edit(&mut archive, choices);
    }
    if choices.chance(10) {
        archive.truncate(choices.below(archive.len() + 1));
    }
    archive
}

fn edit(blocks: &mut Vec<[u8; BLOCK]>, choices: &mut Choices<'_>) {
    let headers: Vec<usize> = (0..blocks.len()).filter(|&at| is_header(&blocks[at])).collect();
    let at = if headers.is_empty() { 0 } else { *choices.pick(&headers) };
    match choices.kind("archive", 8) {
        // A field of a header holds something else.
        0..=2 if !headers.is_empty() => {
            let (field, value) = (choices.pick(FIELDS).clone(), *choices.pick(VALUES));
            let length = value.len().min(field.len());
            blocks[at][field.clone()].fill(0);
            blocks[at][field.start..field.start + length].copy_from_slice(&value[..length]);
            if !choices.chance(5) {
                write::seal(&mut blocks[at]);
            }
        }
        // PAX records before an entry.
        3 => {
            let records: Vec<u8> =
                (0..=choices.below(3)).flat_map(|_| choices.pick(RECORDS).to_vec()).collect();
            let flag = *choices.pick(b"xxxgX");
            let entry = Entry {
                path: b"PaxHeaders/x".to_vec(),
                kind: EntryKind::Other(flag),
                size: records.len() as u64,
                ..Entry::default()
            };
            let mut extension = Vec::new();
            let _ = write::push(&mut extension, &entry, &records, Dialect::Ustar);
            blocks.splice(at..at, extension.as_chunks().0.iter().copied());
        }
        // One more entry.
        4 => drop(blocks.splice(at..at, group(choices).as_chunks().0.iter().copied())),
        5 if !blocks.is_empty() => drop(blocks.remove(choices.below(blocks.len()))),
        6 if !blocks.is_empty() && blocks.len() < 128 => {
            let copy = blocks[choices.below(blocks.len())];
            blocks.insert(at, copy);
        }
        _ if !blocks.is_empty() => {
            let other = choices.below(blocks.len());
            blocks[other][choices.below(BLOCK)] = choices.below(256) as u8;
            if is_zero(&blocks[other]) || choices.chance(30) {
                write::seal(&mut blocks[other]);
            }
        }
        _ => blocks.push([0; BLOCK]),
    }
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|byte| *byte == 0)
}

/// Whether the checksum of a block is that of a header.
fn is_header(block: &[u8; BLOCK]) -> bool {
    let mut sealed = *block;
    write::seal(&mut sealed);
    sealed[148..154] == block[148..154]
}
