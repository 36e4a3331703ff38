//! Mutations of inputs: of trees where the input is a document, of bytes where it is not, or where
//! it cannot be read.

use std::io::Read;
use std::sync::{LazyLock, OnceLock};

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::layer::{gzip_member, zstd_frame};
use seaworthy_image::compression::{Compression, recognise};

use crate::archives;
#[cfg(feature = "whole")]
use crate::messages;
use crate::repair;
use crate::targets::{self, Input};

mod cross;
mod text;
mod tree;

pub use cross::{crossed, crossed_in_place};
pub(crate) use text::edited;
pub use tree::edit_tree;

/// Whether our own mutators are used: unless `FUZZ_MUTATOR=bytes` asks for those of libFuzzer, to measure against.
pub fn is_structured() -> bool {
    static STRUCTURED: LazyLock<bool> =
        LazyLock::new(|| std::env::var("FUZZ_MUTATOR").map_or(true, |name| name != "bytes"));
    *STRUCTURED
}

/// The swarm of this run: its first seed, so that the same run can be had again; none with `FUZZ_SWARM=off`.
fn swarm(seed: u32) -> Option<u32> {
    static SWARM: OnceLock<Option<u32>> = OnceLock::new();
    *SWARM.get_or_init(|| std::env::var("FUZZ_SWARM").map_or(true, |word| word != "off").then_some(seed))
}

/// Mutates an input of a target in the buffer that holds it, for libFuzzer; the new length. A run leaves out some
/// kinds of edits, so that the others meet more often.
pub fn in_place(target: &str, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let input = targets::find(target).map_or(Input::Text, |target| target.input);
    let choices = seeded(&seed.to_string(), 512);
    let mutated = mutate(input, &data[..size], &mut Choices::new(&choices).in_swarm(swarm(seed)));
    let length = mutated.len().min(most).min(data.len());
    data[..length].copy_from_slice(&mutated[..length]);
    length
}

/// Another input made from one by chosen mutations, of all kinds.
pub fn mutated(input: Input, bytes: &[u8], choices: &[u8]) -> Vec<u8> {
    mutate(input, bytes, &mut Choices::new(choices))
}

/// Another input made from one by chosen mutations.
pub fn mutate(input: Input, bytes: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    // Bytes now and then: they reach what no structure can express.
    let structured = match input {
        _ if choices.chance(25) => None,
        Input::Document => tree::document(bytes, choices),
        Input::Archive => Some(archive(bytes, choices)),
        Input::Layer => Some(layer(bytes, choices)),
        Input::Text => Some(edited(&String::from_utf8_lossy(bytes), choices).into_bytes()),
        Input::Choices => None,
        #[cfg(feature = "whole")]
        Input::Requests => Some(messages::mutate(bytes, &targets::registry_requests::POOL, choices)),
        #[cfg(feature = "whole")]
        Input::Answers => Some(messages::mutate(bytes, &targets::registry_answers::POOL, choices)),
        #[cfg(feature = "whole")]
        Input::Reports => Some(report(bytes, choices)),
        #[cfg(not(feature = "whole"))]
        Input::Requests | Input::Answers | Input::Reports => None,
    };
    match structured {
        Some(changed) if changed != bytes => changed,
        _ => {
            let mut changed = bytes.to_vec();
            for _ in 0..=choices.below(4) {
                text::bytes(&mut changed, input, choices);
            }
            changed
        }
    }
}

/// An archive edited as blocks, and what that breaks repaired, mostly.
fn archive(bytes: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut archive = archives::mutate(bytes, choices);
    if choices.chance(30) {
        repair::pax_lengths(&mut archive);
    }
    archive
}

/// A report with one of its texts edited, or replaced by one that is up to something.
#[cfg(feature = "whole")]
fn report(bytes: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    use targets::reports::{BETWEEN, CHOICES, TEXTS};
    let (shape, texts) = bytes.split_at(bytes.len().min(CHOICES));
    let mut shape = shape.to_vec();
    shape.resize(CHOICES, 0);
    if choices.chance(30) {
        let at = choices.below(CHOICES);
        shape[at] = choices.below(256) as u8;
    }
    let mut texts: Vec<Vec<u8>> = texts.split(|byte| *byte == BETWEEN).map(<[u8]>::to_vec).collect();
    let at = choices.below(texts.len());
    match choices.kind("report", 5) {
        0 if texts.len() > 1 => drop(texts.remove(at)),
        1 => texts.insert(at, choices.pick(TEXTS).as_bytes().to_vec()),
        2 => texts[at].extend_from_slice(choices.pick(TEXTS).as_bytes()),
        _ => texts[at] = edited(&String::from_utf8_lossy(&texts[at]), choices).into_bytes(),
    }
    [shape, texts.join(&BETWEEN)].concat()
}

/// The archive in a layer edited, and compressed again; or the layer in another form.
fn layer(bytes: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let plain = unpacked(bytes);
    let archive = if choices.chance(70) { archive(&plain, choices) } else { plain };
    packed(archive, choices)
}

/// The archive in a layer, or as much as is looked at. What is not compressed is an archive already, and so is
/// what is damaged.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    if decompressed(bytes, &mut plain).is_none() {
        plain = bytes.to_vec();
    }
    plain.truncate(1 << 16);
    plain
}

/// An archive as a layer, in some form.
fn packed(mut archive: Vec<u8>, choices: &mut Choices<'_>) -> Vec<u8> {
    let parts = 1 + choices.below(3);
    let size = archive.len().div_ceil(parts).max(1);
    let compress: fn(&[u8]) -> Vec<u8> = match choices.kind("compression", 3) {
        0 => |bytes| gzip_member(bytes, 0),
        1 => |bytes| zstd_frame(bytes, 0),
        _ => return archive,
    };
    if archive.is_empty() {
        archive.push(0);
    }
    let mut stored: Vec<u8> = archive.chunks(size).flat_map(compress).collect();
    match choices.kind("layer", 8) {
        0 => stored.extend_from_slice(b"trailing"),
        1 => stored.extend_from_slice(b"\x50\x2a\x4d\x18\x02\0\0\0hi"),
        2 => stored.truncate(choices.below(stored.len() + 1)),
        _ => {}
    }
    stored
}

/// The content of a gzip or zstd stream, up to what mutations are made on.
fn decompressed(bytes: &[u8], plain: &mut Vec<u8>) -> Option<()> {
    let limit = 1 << 16;
    match recognise(bytes) {
        Compression::None => return None,
        Compression::Gzip => flate2::read::MultiGzDecoder::new(bytes).take(limit).read_to_end(plain).ok()?,
        Compression::Zstd => zstd::Decoder::new(bytes).ok()?.take(limit).read_to_end(plain).ok()?,
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::tree::Tree;
    use seaworthy_image::json::{Document, Limits};
    use seaworthy_image::tar::BLOCK;

    use super::*;
    use crate::documents;

    /// Each mutation that has a repair goes without it now and then.
    #[test]
    fn repairs_are_sometimes_skipped() {
        let check = |input: Input, start: &[u8], is_right: fn(&[u8]) -> bool| {
            let mutations =
                (0..400).map(|number| mutated(input, start, &seeded(&format!("skip {number}"), 512)));
            let changed: Vec<Vec<u8>> = mutations.filter(|one| one != start).collect();
            let right = changed.iter().filter(|one| is_right(one)).count();
            assert!(right > 20 && right + 20 < changed.len(), "{input:?}: {right} of {}", changed.len());
        };
        let document = br#"{"schemaVersion":2,"config":{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"data":"e30="},"layers":[]}"#;
        check(Input::Document, document, |bytes| {
            let mut repaired =
                Document::parse(bytes, &Limits::default()).ok().and_then(|read| documents::tree(read.root()));
            let before = repaired.as_ref().map(Tree::compact);
            repaired.iter_mut().for_each(repair::embedded);
            repaired.map(|tree| tree.compact()) == before
        });
        let seed = seeded("an archive", 512);
        let archive = archives::archive(&mut Choices::new(&seed));
        check(Input::Archive, &archive, |bytes| {
            let is_sealed = |block: &[u8; BLOCK]| {
                let mut sealed = *block;
                seaworthy_image::tar::write::seal(&mut sealed);
                sealed[148..154] == block[148..154] || !block[257..].starts_with(b"ustar")
            };
            bytes.as_chunks::<BLOCK>().0.iter().all(is_sealed)
        });
    }
}
