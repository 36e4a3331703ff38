//! Repairs: what an edit breaks, made right again, so that it is not the first thing that a reader sees.

use seaworthy_generators::shape::base64;
use seaworthy_generators::tree::Tree;
use seaworthy_image::base64::decode;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::tar::BLOCK;
use seaworthy_image::tar::write::seal;

/// Gives every PAX record of an archive its true length, and its header the size and the checksum that go
/// with it. Records that no longer fit into the blocks of the old ones are left alone.
pub fn pax_lengths(archive: &mut [u8]) {
    let mut at = 0;
    while at + 2 * BLOCK <= archive.len() {
        let (header, rest) = archive[at..].split_at_mut(BLOCK);
        let is_pax = matches!(header[156], b'x' | b'g') && &header[257..262] == b"ustar";
        let size =
            std::str::from_utf8(&header[124..135]).ok().and_then(|size| usize::from_str_radix(size, 8).ok());
        at += BLOCK;
        let Some(size) = size.filter(|size| is_pax && *size <= rest.len()) else { continue };
        let records = repaired(&rest[..size]);
        let room = size.next_multiple_of(BLOCK).min(rest.len());
        if records.len() <= room && records.len().div_ceil(BLOCK) == size.div_ceil(BLOCK) {
            rest[..room].fill(0);
            rest[..records.len()].copy_from_slice(&records);
            header[124..135].copy_from_slice(format!("{:011o}", records.len()).as_bytes());
            let header: &mut [u8; BLOCK] = header.try_into().expect("a block was split off");
            seal(header);
        }
    }
}

/// Records with the lengths that they have.
fn repaired(records: &[u8]) -> Vec<u8> {
    let mut repaired = Vec::new();
    for record in records.split_inclusive(|byte| *byte == b'\n') {
        let digits = record.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match record.get(digits) {
            Some(b' ') => {
                let rest = &record[digits..];
                // The length counts its own digits.
                let mut length = rest.len() + 1;
                while length.to_string().len() + rest.len() != length {
                    length = length.to_string().len() + rest.len();
                }
                repaired.extend_from_slice(length.to_string().as_bytes());
                repaired.extend_from_slice(rest);
            }
            _ => repaired.extend_from_slice(record),
        }
    }
    repaired
}

/// Gives every descriptor with embedded content the digest and the size of it; inner ones first, since they may
/// be part of what is embedded further out.
pub fn embedded(tree: &mut Tree) {
    match tree {
        Tree::Array(items) => items.iter_mut().for_each(embedded),
        Tree::Object(members) => {
            members.iter_mut().for_each(|(_, value)| embedded(value));
            let data = members.iter().find_map(|(name, value)| match value {
                Tree::String(text) if name == "data" => decode(text).ok(),
                _ => None,
            });
            let Some(data) = data else { return };
            let Some(content) = content(&data.bytes) else { return };
            for (name, value) in members {
                match name.as_str() {
                    "data" => *value = Tree::String(base64(&content)),
                    "digest" => *value = Tree::String(digest_of(Algorithm::Sha256, &content)),
                    "size" => *value = (content.len() as i64).into(),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Embedded content, repaired itself if it is a document.
fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    use seaworthy_image::json::{Document, Limits};
    // Content within content has no end; four levels are more than anything has.
    if bytes.len() > 1 << 14 {
        return None;
    }
    let tree = Document::parse(bytes, &Limits { depth: 32, ..Limits::default() }).ok();
    let tree = tree.and_then(|document| crate::documents::tree(document.root()));
    Some(match tree {
        Some(mut tree) if matches!(tree, Tree::Object(_)) => {
            let before = tree.compact();
            embedded(&mut tree);
            let after = tree.compact();
            if before == after { bytes.to_vec() } else { after }
        }
        _ => bytes.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::choices::{Choices, seeded};
    use seaworthy_image::tar::{Limits, Reader};

    use super::*;
    use crate::archives;

    #[test]
    fn records_get_their_lengths() {
        let check = |records: &str, wanted: &str| {
            assert_eq!(String::from_utf8(repaired(records.as_bytes())).unwrap(), wanted);
        };
        check("99 path=a\n", "9 path=a\n");
        check("8 path=\n0 a=b\n", "8 path=\n6 a=b\n");
        check("no record\n12", "no record\n12");
        check("5 path=aaaaaaaaaaaaaaaaaaaa\n", "29 path=aaaaaaaaaaaaaaaaaaaa\n");
    }

    /// Whatever the records are, the headers around them stay headers.
    #[test]
    fn archives_stay_archives() {
        let mut repaired_some = 0;
        for number in 0..300 {
            let bytes = seeded(&format!("repair {number}"), 512);
            let mut choices = Choices::new(&bytes);
            let archive = archives::mutate(&archives::archive(&mut choices), &mut choices);
            let mut repaired = archive.clone();
            pax_lengths(&mut repaired);
            let count = |archive: &[u8]| {
                let mut reader = Reader::new(archive, Limits::default());
                let mut count = 0;
                while let Ok(Some(_)) = reader.next_member() {
                    count += 1;
                }
                count
            };
            assert!(count(&repaired) >= count(&archive), "{number}");
            repaired_some += usize::from(repaired != archive);
        }
        assert!(repaired_some > 5, "{repaired_some} of them were repaired");
    }

    #[test]
    fn embedded_content_gets_its_digest_and_its_size() {
        let descriptor = |data: &str| {
            Tree::object([("digest", "sha256:00".into()), ("data", data.into()), ("size", 1.into())])
        };
        let inner = descriptor("e30=");
        let mut outer = Tree::object([("subject", descriptor(&base64(&inner.compact())))]);
        embedded(&mut outer);
        let text = String::from_utf8(outer.compact()).unwrap();
        assert!(!text.contains("sha256:00"), "{text}");
        let again = outer.clone();
        embedded(&mut outer);
        assert_eq!(outer.compact(), again.compact());
    }
}
