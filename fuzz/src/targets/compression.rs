//! Any bytes as a compressed layer: one pass against the same in steps.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use seaworthy_image::compression::{self, Compression, recognise};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::layer::{Limits, read};
use seaworthy_image::tar;

/// The most that is decompressed here.
const BYTES: u64 = 1 << 22;

const LIMITS: Limits = Limits {
    stream: compression::Limits { bytes: BYTES, ratio: 2000, window: 8 << 20 },
    archive: tar::Limits { entries: 1000, name: 4096, pax: 1 << 14, regions: 200 },
};

/// Reads bytes as a layer.
///
/// # Panics
///
/// If a digest is not that of all the bytes, if more comes out than the limits allow, or if another
/// decoder sees other content in a stream that is whole.
pub fn compression(bytes: &[u8]) {
    let mut contents = 0;
    let layer = read(bytes, Some(Algorithm::Sha256), &Algorithm::ALL, &LIMITS, &mut |member, content| {
        let mut buffer = [0; 4096];
        let mut length = 0_u64;
        while let Ok(count @ 1..) = content.read(&mut buffer) {
            length += count as u64;
            // Holes of sparse files cost nothing to store.
            if length > BYTES {
                break;
            }
        }
        contents += 1;
        assert!(length <= member.entry.size.max(BYTES + 4096), "more content than the entry has");
    })
    .expect("memory can be read");
    assert_eq!(layer.stored.size, bytes.len() as u64);
    assert_eq!(layer.stored.digest.as_deref(), Some(&digest_of(Algorithm::Sha256, bytes)[..]));
    assert_eq!(layer.end.entries, contents);
    // A buffer more may have been asked for than the limit has room for.
    assert!(layer.stream.size <= BYTES + (1 << 17), "{} bytes came out", layer.stream.size);
    let Some(diff_ids) = &layer.diff_ids else { return };
    assert_eq!(layer.stream.compression, recognise(bytes));
    let end = layer.stream.trailing.map_or(bytes.len(), |at| at as usize);
    let plain = in_steps(layer.stream.compression, &bytes[..end]);
    let Some(plain) = plain else { panic!("only the other decoder objects: {:?}", layer.stream) };
    assert_eq!(layer.stream.size, plain.len() as u64, "another size");
    let wanted = Algorithm::ALL.map(|algorithm| digest_of(algorithm, &plain));
    assert_eq!(diff_ids[..], wanted, "another content than in steps");
}

fn in_steps(compression: Compression, stored: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    match compression {
        Compression::None => plain.extend_from_slice(stored),
        Compression::Gzip => drop(MultiGzDecoder::new(stored).read_to_end(&mut plain).ok()?),
        Compression::Zstd => {
            zstd::Decoder::new(stored).ok()?.take(2 * BYTES).read_to_end(&mut plain).ok()?;
        }
    }
    Some(plain)
}
