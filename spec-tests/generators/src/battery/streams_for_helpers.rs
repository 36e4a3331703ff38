//! Layers in formats that no media type of a layer has.

use flate2::Crc;
use seaworthy_image::media_type;

use super::{Case, Expect, Family, Make};
use crate::layer::file;
use crate::mutation::Part;

pub const FAMILY: Family = Family {
    id: "CMP-06",
    says: "A program that tells formats by their first bytes hands the layer to another program, with other \
           faults, that nobody thought of.",
    references: &["CVE-2021-20291", "CVE-2014-9357", "CVE-2025-58058"],
    cases: &[
        Case {
            name: "xz",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| *archive = xz(archive))),
        },
        Case {
            name: "xz-for-an-archive",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR, |archive, _| *archive = xz(archive))),
        },
        Case {
            name: "bzip2",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| archive.splice(.., *b"BZh91AY&SY\0\0\0\0").for_each(drop))),
        },
        Case {
            name: "compress",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(&[Part::Layer], |_| super::with_stream(media_type::LAYER_TAR_GZIP, |archive, _| archive.splice(.., *b"\x1f\x9d\x90\0").for_each(drop))),
        },
        Case {
            name: "xz-as-a-file",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("f.xz", xz(b"f\n"))]]),
        },
    ],
};

/// A file of xz that holds these bytes as they are, without a checksum of them.
fn xz(bytes: &[u8]) -> Vec<u8> {
    const LARGEST_CHUNK: usize = 64 << 10;
    let flags = [0, 0];
    let mut file = b"\xfd7zXZ\0".to_vec();
    file.extend(sealed(&flags));
    // One filter, LZMA2, with a dictionary of 8 MiB.
    let mut block = sealed(&[2, 0, 0x21, 1, 0x16, 0, 0, 0]);
    for (at, chunk) in bytes.chunks(LARGEST_CHUNK).enumerate() {
        block.push(if at == 0 { 1 } else { 2 });
        block.extend(((chunk.len() - 1) as u16).to_be_bytes());
        block.extend(chunk);
    }
    block.push(0);
    let mut index = vec![0, 1];
    for length in [block.len(), bytes.len()] {
        index.extend(varint(length));
    }
    for part in [&mut block, &mut index] {
        part.resize(part.len().next_multiple_of(4), 0);
    }
    file.extend(block);
    let index = sealed(&index);
    let footer = [&((index.len() / 4 - 1) as u32).to_le_bytes()[..], &flags].concat();
    file.extend(index);
    file.extend(checksum(&footer));
    file.extend(footer);
    file.extend(b"YZ");
    file
}

fn sealed(bytes: &[u8]) -> Vec<u8> {
    [bytes, &checksum(bytes)].concat()
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

/// Seven bits to a byte, the lowest first.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
