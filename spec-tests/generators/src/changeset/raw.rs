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

/// Edits an archive in one to four places, and then repairs some of what that broke: the lengths of PAX
/// records and the sizes of their headers, the padding to whole blocks, and the checksums.
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
        repair_records(archive);
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
        if looks_like_header(block) {
            seal(block);
        }
    }
}

/// Gives every record of a PAX header the length that it has, and the header the size of all of them.
/// Records end where the next line begins that could be one; what is before the first of them is lost.
pub fn repair_records(archive: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(header) = archive.get(at..at + BLOCK) {
        let size = octal(&header[SIZE]).filter(|_| looks_like_header(header));
        at += BLOCK;
        let Some(size) = size.filter(|_| matches!(header[156], b'x' | b'g' | b'X')) else { continue };
        let rest = archive.len() - at;
        let end = at + size.next_multiple_of(BLOCK).min(rest);
        let data = &archive[at..at + size.min(rest)];
        let mut repaired = records(data);
        let digits = format!("{:011o}", repaired.len());
        repaired.resize(repaired.len().next_multiple_of(BLOCK), 0);
        archive[at - BLOCK..][SIZE][..11].copy_from_slice(digits.as_bytes());
        let length = repaired.len();
        archive.splice(at..end, repaired);
        at += length;
    }
}

const SIZE: std::ops::Range<usize> = 124..136;

/// A number in octal digits, if it is one; what is larger than any archive here is none.
fn octal(field: &[u8]) -> Option<usize> {
    let digits = field.split(|byte| matches!(byte, 0 | b' ')).next()?;
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok().filter(|size| *size < 1 << 20)
}

fn looks_like_header(block: &[u8]) -> bool {
    block[148..154].iter().all(u8::is_ascii_digit)
}

/// Records, each with its length.
fn records(data: &[u8]) -> Vec<u8> {
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for line in data.split_inclusive(|&byte| byte == b'\n') {
        let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_record = digits > 0 && line.get(digits) == Some(&b' ') && line.contains(&b'=');
        match (is_record, texts.last_mut()) {
            (true, _) => texts.push(line[digits + 1..].to_vec()),
            // A value may have line ends in it.
            (false, Some(last)) => last.extend_from_slice(line),
            (false, None) => {}
        }
    }
    texts.iter().flat_map(|text| record(text)).collect()
}

/// A record of a keyword, an equals sign and a value.
fn record(text: &[u8]) -> Vec<u8> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let rest = text.len() + 2;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [length.to_string().as_bytes(), b" ", text, b"\n"].concat()
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
    use crate::layer::{Layer, file, pax_header};

    #[test]
    fn records_get_the_length_they_have() {
        let check = |records: &[u8], wanted: &[u8]| {
            let mut header = pax_header(b'x', &[]);
            header.entry.size = records.len() as u64;
            header.content = seaworthy_image::filesystem::Content::new(records);
            let mut archive = Layer::new(vec![header, file("f", "1")]).archive();
            repair_records(&mut archive);
            repair_checksums(&mut archive);
            let size = octal(&archive[SIZE]).unwrap();
            assert_eq!(&archive[BLOCK..BLOCK + size], wanted, "{}", records.escape_ascii());
            let next = BLOCK + size.next_multiple_of(BLOCK);
            assert_eq!(&archive[next..next + 2], b"f\0", "{}", records.escape_ascii());
            let mut paths = Vec::new();
            for entry in tar::Archive::new(&archive[..]).entries().unwrap() {
                paths.push(entry.unwrap().path_bytes().into_owned());
            }
            assert_eq!(paths.len(), 1);
        };
        check(b"8 path=a\n", b"9 path=a\n");
        check(b"9 path=a\n", b"9 path=a\n");
        check(b"99 a=b\n1 c=d\n", b"6 a=b\n6 c=d\n");
        check(b"5 comment=two\nlines\n", b"21 comment=two\nlines\n");
        check(b"junk\n6 a=b", b"6 a=b\n");
        check(b"\0\0\0", b"");
        let long = [&b"3 comment="[..], &[b'x'; 600]].concat();
        check(&long, &[b"613 comment=".as_slice(), &[b'x'; 600], b"\n"].concat());
    }

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
