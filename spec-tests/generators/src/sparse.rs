//! Sparse files: the four forms in which archives leave out the zeros of a file.

use seaworthy_image::filesystem::Member;
use seaworthy_image::tar::write::{self, BLOCK, Dialect, seal};
use seaworthy_image::tar::{Entry, EntryKind, Region, SparseForm};

use crate::layer::pax_header;

/// Adds a file to an archive in a sparse form. False, and nothing is added, for what is no file with
/// content, has a name beyond UTF-8, has more regions than a header holds, or needs records of its own:
/// there is one PAX header for an entry.
pub(crate) fn push(archive: &mut Vec<u8>, member: &Member, form: SparseForm) -> bool {
    let Some(content) = member.content.bytes().filter(|content| !content.is_empty()) else { return false };
    // A name in a record is UTF-8, unless another record says so.
    if member.entry.kind != EntryKind::File || std::str::from_utf8(&member.entry.path).is_err() {
        return false;
    }
    let regions = regions(content);
    let stored: Vec<u8> = regions.iter().flat_map(|region| part(content, region).to_vec()).collect();
    let size = content.len();
    match form {
        SparseForm::Gnu => of_gnu(archive, &member.entry, &regions, size, &stored),
        _ => of_pax(archive, &member.entry, form, &regions, size, stored),
    }
}

/// The blocks of a file that are not all zeros; and its end, if that is a hole.
fn regions(content: &[u8]) -> Vec<Region> {
    let blocks = content.chunks(BLOCK).enumerate().filter(|(_, block)| block.iter().any(|byte| *byte != 0));
    let region =
        |(at, block): (usize, &[u8])| Region { offset: (at * BLOCK) as u64, length: block.len() as u64 };
    let mut regions: Vec<Region> = blocks.map(region).collect();
    let size = content.len() as u64;
    if regions.last().is_none_or(|last| last.end() < size) {
        regions.push(Region { offset: size, length: 0 });
    }
    regions
}

fn part<'c>(content: &'c [u8], region: &Region) -> &'c [u8] {
    &content[region.offset as usize..region.end() as usize]
}

/// How many regions a header has room for; more would take blocks after it.
const MOST: usize = 4;

fn of_gnu(archive: &mut Vec<u8>, entry: &Entry, regions: &[Region], size: usize, stored: &[u8]) -> bool {
    let entry = Entry { kind: EntryKind::Other(b'S'), size: stored.len() as u64, ..entry.clone() };
    if regions.len() > MOST || write::push(archive, &entry, stored, Dialect::Gnu).is_err() {
        return false;
    }
    // A long name comes before the header, and the data after it.
    let header = archive.len() - stored.len().next_multiple_of(BLOCK) - BLOCK;
    let Some(block) = archive[header..].first_chunk_mut::<BLOCK>() else { return false };
    let mut put = |at: usize, number: u64| {
        block[at..at + 12].copy_from_slice(format!("{number:011o}\0").as_bytes());
    };
    for (number, region) in regions.iter().enumerate() {
        put(386 + 24 * number, region.offset);
        put(398 + 24 * number, region.length);
    }
    put(483, size as u64);
    seal(block);
    true
}

fn of_pax(
    archive: &mut Vec<u8>,
    entry: &Entry,
    form: SparseForm,
    regions: &[Region],
    size: usize,
    mut stored: Vec<u8>,
) -> bool {
    let (size, count) = (size.to_string(), regions.len().to_string());
    let numbers: Vec<[String; 2]> =
        regions.iter().map(|region| [region.offset, region.length].map(|it| it.to_string())).collect();
    let map = numbers.concat().join(",");
    let mut records: Vec<(&str, &[u8])> = Vec::new();
    match form {
        SparseForm::Pax10 => {
            let mut lines = format!("{count}\n{}\n", numbers.concat().join("\n")).into_bytes();
            lines.resize(lines.len().next_multiple_of(BLOCK), 0);
            stored.splice(..0, lines);
            records.extend([("GNU.sparse.major", &b"1"[..]), ("GNU.sparse.minor", b"0")]);
            records.push(("GNU.sparse.realsize", size.as_bytes()));
        }
        _ => {
            records.extend([("GNU.sparse.size", size.as_bytes()), ("GNU.sparse.numblocks", count.as_bytes())])
        }
    }
    let mut carrier = Entry { size: stored.len() as u64, ..entry.clone() };
    if form == SparseForm::Pax00 {
        for [offset, length] in &numbers {
            records.push(("GNU.sparse.offset", offset.as_bytes()));
            records.push(("GNU.sparse.numbytes", length.as_bytes()));
        }
    } else {
        // Readers that do not know sparse files are to make another file of it.
        carrier.path = [b"GNUSparseFile.0/", &entry.path[..]].concat();
        records.push(("GNU.sparse.name", &entry.path));
        if form == SparseForm::Pax01 {
            records.push(("GNU.sparse.map", map.as_bytes()));
        }
    }
    let Ok(header) = write::header(&carrier, Dialect::Ustar) else { return false };
    let extension = pax_header(b'x', &records);
    let data = extension.content.bytes().unwrap_or_default();
    if write::push(archive, &extension.entry, data, Dialect::Ustar).is_err() {
        return false;
    }
    archive.extend(header);
    archive.extend(stored);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    true
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use seaworthy_image::tar::write::END;
    use seaworthy_image::tar::{Limits, Reader};

    use super::*;
    use crate::layer::{directory, file, with};

    const FORMS: [SparseForm; 4] = [SparseForm::Gnu, SparseForm::Pax00, SparseForm::Pax01, SparseForm::Pax10];

    #[test]
    fn every_form_is_read_as_the_file_it_was() {
        let contents: &[&[u8]] =
            &[b"a", &[0; 1], &[0; 1024], &[b'x'; 513], &[&[0; 512][..], b"data", &[0; 600]].concat()];
        for form in FORMS {
            for content in contents {
                let member = file("dir/f", content);
                let mut archive = Vec::new();
                assert!(push(&mut archive, &member, form), "{form:?}");
                archive.extend(END);
                let mut reader = Reader::new(&archive[..], Limits::default());
                let item = reader.next_member().unwrap().unwrap();
                assert_eq!(item.member.sparse.as_ref().map(|sparse| sparse.form), Some(form));
                assert!(item.member.anomalies.is_empty(), "{form:?} {:?}", item.member.anomalies);
                assert_eq!(item.member.entry, member.entry, "{form:?}");
                let mut read = Vec::new();
                item.content().read_to_end(&mut read).unwrap();
                assert_eq!(read, *content, "{form:?}");
                assert!(reader.next_member().unwrap().is_none());
                assert!(reader.end().unwrap().anomalies.is_empty());
            }
        }
    }

    #[test]
    fn what_cannot_be_sparse_is_left_alone() {
        let attributed = with(file("f", "1"), |entry| {
            entry.xattrs.insert(b"user.tide".to_vec(), b"high".to_vec());
        });
        for member in [directory("d/"), file("empty", ""), attributed] {
            for form in FORMS {
                let mut archive = Vec::new();
                assert!(!push(&mut archive, &member, form) && archive.is_empty(), "{form:?}");
            }
        }
    }
}
