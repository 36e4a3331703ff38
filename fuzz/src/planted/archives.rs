//! Readers of archives that get one thing about tar wrong, as a change of the bytes that they see.

use seaworthy_image::tar::write::seal;
use seaworthy_image::tar::{BLOCK, EntryKind, Limits, Reader};

use super::{Bug, EXECUTIONS, Family, Shows};

/// What a reader makes of an archive before it reads it.
pub(super) type Change = fn(&[u8]) -> Vec<u8>;

const fn bug(name: &'static str, does: &'static str, change: Change) -> Bug {
    Bug { name, does, shows: Shows::Archive(change) }
}

/// Whether other entries are seen.
pub(super) fn shows(change: Change, bytes: &[u8]) -> bool {
    list(bytes) != list(&change(bytes))
}

/// The entries of an archive, and whether it was read to its end.
fn list(bytes: &[u8]) -> (Vec<(Vec<u8>, EntryKind, u64)>, bool) {
    let limits = Limits { entries: 500, name: 4096, pax: 1 << 14, regions: 200 };
    let mut reader = Reader::new(bytes, limits);
    let mut entries = Vec::new();
    loop {
        match reader.next_member() {
            Ok(Some(item)) => {
                let entry = &item.member.entry;
                entries.push((entry.path.clone(), entry.kind, entry.size));
            }
            Ok(None) => return (entries, true),
            Err(_) => return (entries, false),
        }
    }
}

type Block = [u8; BLOCK];

/// Changes every block that is a header.
fn each(bytes: &[u8], change: fn(&mut Block)) -> Vec<u8> {
    let mut blocks = bytes.as_chunks().0.to_vec();
    for block in &mut blocks {
        if is_header(block) {
            change(block);
            seal(block);
        }
    }
    blocks.concat()
}

fn is_header(block: &Block) -> bool {
    let mut sealed = *block;
    seal(&mut sealed);
    sealed[148..154] == block[148..154]
}

/// Leaves out extension headers of these types, with their data.
fn without(bytes: &[u8], flags: &[u8]) -> Vec<u8> {
    let blocks: &[Block] = bytes.as_chunks().0;
    let mut left = Vec::new();
    let mut at = 0;
    while let Some(block) = blocks.get(at) {
        at += 1;
        if is_header(block) && flags.contains(&block[156]) {
            let digits = block[124..135].iter().filter(|byte| byte.is_ascii_digit());
            let size = digits.fold(0_usize, |size, digit| size << 3 | usize::from(digit & 7));
            at = at.saturating_add(size.div_ceil(BLOCK));
        } else {
            left.extend_from_slice(block);
        }
    }
    left
}

pub(super) const FAMILY: Family = Family {
    name: "archive readers",
    target: "tar_blocks",
    executions: EXECUTIONS,
    control: bug("none", "reads what is there", <[u8]>::to_vec),
    bugs: &[
        bug("checks-no-sum", "takes any block for a header", |bytes| {
            let mut blocks: Vec<Block> = bytes.as_chunks().0.to_vec();
            blocks.iter_mut().filter(|block| block.iter().any(|byte| *byte != 0)).for_each(seal);
            blocks.concat()
        }),
        bug("ignores-pax", "does not know PAX headers", |bytes| without(bytes, b"x")),
        bug("ignores-global-headers", "does not know PAX headers for all entries", |bytes| {
            without(bytes, b"g")
        }),
        bug("ignores-long-names", "does not know GNU's long names", |bytes| without(bytes, b"LK")),
        bug("ignores-the-prefix", "cuts ustar's long names off", |bytes| {
            each(bytes, |block| block[345..500].fill(0))
        }),
        bug("reads-past-the-end", "skips blocks of zeros", |bytes| {
            let blocks: &[Block] = bytes.as_chunks().0;
            blocks.iter().filter(|block| block.iter().any(|byte| *byte != 0)).flatten().copied().collect()
        }),
        bug("knows-no-binary-numbers", "reads a size in binary as none", |bytes| {
            each(bytes, |block| {
                if block[124] & 0x80 != 0 {
                    block[124..136].fill(0);
                }
            })
        }),
        bug("trusts-the-type", "takes a contiguous file for something else", |bytes| {
            each(bytes, |block| {
                if block[156] == b'7' {
                    block[156] = b'5';
                }
            })
        }),
        bug("drops-the-slash", "takes a file whose name ends in a slash for a file", |bytes| {
            each(bytes, |block| {
                let end = block[..100].iter().position(|byte| *byte == 0).unwrap_or(100);
                if matches!(block[156], 0 | b'0') && end > 0 && block[end - 1] == b'/' {
                    block[end - 1] = 0;
                }
            })
        }),
        bug("skips-data-that-are-not-there", "skips the data of links and directories", |bytes| {
            let blocks: &[Block] = bytes.as_chunks().0;
            let has_size = |block: &Block| block[124..135].iter().any(|byte| (b'1'..=b'7').contains(byte));
            let odd =
                |block: &&Block| is_header(block) && (b'1'..=b'6').contains(&block[156]) && has_size(block);
            let skipped = blocks.iter().position(|block| odd(&block)).map_or(usize::MAX, |at| at + 1);
            let left = blocks.iter().enumerate().filter(|(at, _)| *at != skipped);
            left.flat_map(|(_, block)| block).copied().collect()
        }),
    ],
};
