//! Edits of an archive's blocks that no writer would make, and the repairs that hide them.

use seaworthy_image::tar::write::{BLOCK, seal};

use crate::choices::Choices;

/// Numbers and signs that a header field or a record may be filled with.
const VALUES: &[&[u8]] = &[
    b"\0",
    b"0",
    b"7",
    b"8",
    b" 10 \0",
    b"-1\0",
    b"+4",
    b"77777777777",
    b"\x80\0\0\0\0\0\0\x01",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x8e\0\0\0\0\0\0\0",
    b"0x10",
    b"18446744073709551616",
    b"x",
    b"g",
    b"L",
    b"K",
    b"S",
    b"ustar  \0",
    b"ustar\x0000",
    b"..",
    b"/",
];

/// Where the fields of a header begin.
const FIELDS: &[usize] = &[0, 100, 108, 116, 124, 136, 148, 156, 157, 257, 263, 265, 297, 329, 337, 345];

/// Edits an archive in one to four places, and then repairs some of what that broke: the checksums, and
/// the padding to whole blocks. The lengths of PAX records stay as they are.
pub fn edit(archive: &mut Vec<u8>, choices: &mut Choices<'_>) {
    for _ in 0..=choices.below(4) {
        match choices.below(7) {
            0 => overwrite_field(archive, choices),
            1 => flip(archive, choices),
            2 => copy_block(archive, choices),
            3 => remove_block(archive, choices),
            4 => swap_blocks(archive, choices),
            5 => insert(archive, choices),
            _ => archive.truncate(choices.below(archive.len() + 1)),
        }
    }
    if !choices.chance(20) {
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    if !choices.chance(20) {
        repair_checksums(archive);
    }
}

/// Writes the right checksum into every block that looks like a header: one with a checksum field of
/// octal digits.
pub fn repair_checksums(archive: &mut [u8]) {
    for block in archive.as_chunks_mut::<BLOCK>().0 {
        let digits = &block[148..154];
        if digits.iter().all(u8::is_ascii_digit) {
            seal(block);
        }
    }
}

fn overwrite_field(archive: &mut [u8], choices: &mut Choices<'_>) {
    let start = some_block(archive, choices) + choices.pick(FIELDS);
    for (to, from) in archive.iter_mut().skip(start).zip(*choices.pick(VALUES)) {
        *to = *from;
    }
}

fn flip(archive: &mut [u8], choices: &mut Choices<'_>) {
    let at = choices.below(archive.len());
    if let Some(byte) = archive.get_mut(at) {
        *byte ^= 1 << choices.below(8);
    }
}

fn copy_block(archive: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let (from, to) = (some_block(archive, choices), some_block(archive, choices));
    let block = archive[from..archive.len().min(from + BLOCK)].to_vec();
    archive.splice(to..to, block);
}

fn remove_block(archive: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let start = some_block(archive, choices);
    archive.drain(start..archive.len().min(start + BLOCK));
}

fn swap_blocks(archive: &mut [u8], choices: &mut Choices<'_>) {
    let (one, two) = (some_block(archive, choices) / BLOCK, some_block(archive, choices) / BLOCK);
    let blocks = archive.as_chunks_mut::<BLOCK>().0;
    if one < blocks.len() && two < blocks.len() {
        blocks.swap(one, two);
    }
}

fn insert(archive: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let at = choices.below(archive.len() + 1);
    let value = *choices.pick(VALUES);
    archive.splice(at..at, value.iter().copied());
}

/// Where some block begins.
fn some_block(archive: &[u8], choices: &mut Choices<'_>) -> usize {
    choices.below(archive.len().div_ceil(BLOCK)) * BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::seeded;
    use crate::layer::{Layer, file};

    #[test]
    fn edits_are_total_and_repairs_are_sometimes_skipped() {
        let original = Layer::new(vec![file("a", "ahoy"), file("b", "")]).archive();
        let (mut readable, mut broken) = (0, 0);
        for number in 0..400 {
            let bytes = seeded(&format!("raw {number}"), 64);
            let mut archive = original.clone();
            edit(&mut archive, &mut Choices::new(&bytes));
            let mut archive = tar::Archive::new(&archive[..]);
            let is_readable = archive.entries().unwrap().all(|entry| entry.is_ok());
            *if is_readable { &mut readable } else { &mut broken } += 1;
        }
        assert!(readable > 50 && broken > 50, "{readable} can be read, {broken} cannot");
        edit(&mut Vec::new(), &mut Choices::new(&seeded("nothing", 64)));
    }
}
