//! Mutations of inputs: of trees where the input is a document, of bytes where it is not, or where
//! it cannot be read.

use std::io::Read;
use std::sync::LazyLock;

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::layer::{gzip_member, zstd_frame};
use seaworthy_generators::tree::{Style, Tree};
use seaworthy_image::compression::{Compression, recognise};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::tar::BLOCK;

use crate::archives;
use crate::documents;
use crate::messages;
use crate::repair;
use crate::targets::{self, Input};

/// Whether our own mutators are used: unless `FUZZ_MUTATOR=bytes` asks for those of libFuzzer, to measure against.
pub fn is_structured() -> bool {
    static STRUCTURED: LazyLock<bool> =
        LazyLock::new(|| std::env::var("FUZZ_MUTATOR").map_or(true, |name| name != "bytes"));
    *STRUCTURED
}

/// Mutates an input of a target in the buffer that holds it, for libFuzzer; the new length.
pub fn in_place(target: &str, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let input = targets::find(target).map_or(Input::Text, |target| target.input);
    let mutated = mutated(input, &data[..size], &seeded(&seed.to_string(), 512));
    let length = mutated.len().min(most).min(data.len());
    data[..length].copy_from_slice(&mutated[..length]);
    length
}

/// Crosses two inputs of a target into a buffer, for libFuzzer; the length of what is in it then.
pub fn crossed_in_place(target: &str, one: &[u8], other: &[u8], out: &mut [u8], seed: u32) -> usize {
    // Of nothing libFuzzer makes nothing, and goes on.
    if !is_structured() {
        return 0;
    }
    let input = targets::find(target).map_or(Input::Text, |target| target.input);
    let crossed = crossed(input, one, other, &seeded(&seed.to_string(), 64));
    let length = crossed.len().min(out.len());
    out[..length].copy_from_slice(&crossed[..length]);
    length
}

/// Another input made from parts of two.
pub fn crossed(input: Input, one: &[u8], other: &[u8], choices: &[u8]) -> Vec<u8> {
    let mut choices = Choices::new(choices);
    let choices = &mut choices;
    let structured = match input {
        _ if choices.chance(25) => None,
        Input::Document => crossed_documents(one, other, choices),
        Input::Archive => Some(crossed_archives(one, other, choices)),
        Input::Layer => {
            let (one, other) = (unpacked(one), unpacked(other));
            Some(packed(crossed_archives(&one, &other, choices), choices))
        }
        Input::Requests | Input::Answers => {
            let (one, other) = (messages::split(one), messages::split(other));
            let (at, from) = (choices.below(one.len() + 1), choices.below(other.len()));
            Some(messages::join(&[&one[..at], &other[from..]].concat()))
        }
        // The choices of the one with the texts of the other.
        #[cfg(feature = "whole")]
        Input::Reports => {
            let at = |bytes: &[u8]| bytes.len().min(targets::reports::CHOICES);
            Some([&one[..at(one)], &other[at(other)..]].concat())
        }
        #[cfg(not(feature = "whole"))]
        Input::Reports => None,
        Input::Text | Input::Choices => None,
    };
    structured.unwrap_or_else(|| {
        let (at, from) = (choices.below(one.len() + 1), choices.below(other.len() + 1));
        [&one[..at], &other[from..]].concat()
    })
}

/// The tree of a document with a part of another one in it.
fn crossed_documents(one: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let read = |bytes| documents::tree(Document::parse(bytes, &Limits::default()).ok()?.root());
    let (mut tree, other) = (read(one)?, read(other)?);
    let part = part(&other, choices);
    let mut places = 0;
    count(&tree, &mut places);
    let mut chosen = choices.below(places);
    visit(&mut tree, &mut chosen, &mut |place| match (place, &part) {
        (Tree::Object(members), Tree::Object(more)) => members.extend(more.clone()),
        (Tree::Array(items), part) => items.push(part.clone()),
        (place, part) => *place = part.clone(),
    });
    let style = Style { indent: None, odd_space: false, shuffle: false, escapes: false };
    Some(tree.write(&style, choices))
}

/// The first blocks of an archive and the last of another one.
fn crossed_archives(one: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let block = |bytes: &[u8], choices: &mut Choices<'_>| BLOCK * choices.below(bytes.len() / BLOCK + 1);
    let (at, from) = (block(one, choices), block(other, choices));
    [&one[..at], &other[from..]].concat()
}

/// Another input made from one by chosen mutations.
pub fn mutated(input: Input, bytes: &[u8], choices: &[u8]) -> Vec<u8> {
    let mut choices = Choices::new(choices);
    let choices = &mut choices;
    // Bytes now and then: they reach what no structure can express.
    let structured = match input {
        _ if choices.chance(25) => None,
        Input::Document => document(bytes, choices),
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
                self::bytes(&mut changed, input, choices);
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
    match choices.below(5) {
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
    let compress: fn(&[u8]) -> Vec<u8> = match choices.below(3) {
        0 => |bytes| gzip_member(bytes, 0),
        1 => |bytes| zstd_frame(bytes, 0),
        _ => return archive,
    };
    if archive.is_empty() {
        archive.push(0);
    }
    let mut stored: Vec<u8> = archive.chunks(size).flat_map(compress).collect();
    match choices.below(8) {
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

/// A document with some edits of its tree; `None` if it is none.
fn document(bytes: &[u8], choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let read = Document::parse(bytes, &Limits::default()).ok()?;
    let mut tree = documents::tree(read.root())?;
    for _ in 0..=choices.below(4) {
        self::tree(&mut tree, choices);
    }
    // An edit of embedded content goes unseen as long as its digest tells already that something is wrong.
    if choices.chance(40) {
        repair::embedded(&mut tree);
    }
    let style = Style {
        indent: None,
        odd_space: choices.chance(10),
        shuffle: choices.chance(20),
        escapes: choices.chance(10),
    };
    let mut text = tree.write(&style, choices);
    if choices.chance(10) {
        slip(&mut text, choices);
    }
    Some(text)
}

/// A slip of the pen: one sign of the grammar too many, or one too few.
fn slip(text: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let signs: Vec<usize> = (0..text.len()).filter(|&at| b"{}[],:\"".contains(&text[at])).collect();
    if signs.is_empty() {
        return;
    }
    let at = *choices.pick(&signs);
    match choices.below(3) {
        0 => drop(text.remove(at)),
        1 => text.insert(at, *choices.pick(b",:{}[]\" /")),
        _ => text.insert(at, text[at]),
    }
}

/// Names that documents have, in every spelling that some reader takes for them, and names that
/// they do not have.
const NAMES: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "subject",
    "annotations",
    "digest",
    "size",
    "urls",
    "data",
    "platform",
    "architecture",
    "os",
    "os.version",
    "os.features",
    "variant",
    "created",
    "author",
    "rootfs",
    "type",
    "diff_ids",
    "history",
    "created_by",
    "comment",
    "empty_layer",
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "ArgsEscaped",
    "Memory",
    "Healthcheck",
    "imageLayoutVersion",
    "fsLayers",
    "org.opencontainers.image.ref.name",
    "Config",
    "LAYERS",
    "layer\u{17f}",
    "\u{17f}ize",
    "com.example.x",
    "",
    "\u{0}",
];

/// Values that stand where readers make mistakes, as they are written.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    "0",
    "-1",
    "2",
    "1",
    "2.0",
    "2e0",
    "-0",
    "4294967299",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "0.1",
    "\"\"",
    "\"2\"",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
    "\"sha256:../../x\"",
    "\"sha512:00\"",
    "\"md5:d41d8cd98f00b204e9800998ecf8427e\"",
    "\"application/vnd.oci.image.manifest.v1+json\"",
    "\"application/vnd.oci.image.index.v1+json\"",
    "\"application/vnd.oci.image.config.v1+json\"",
    "\"application/vnd.oci.image.layer.v1.tar+gzip\"",
    "\"application/vnd.oci.empty.v1+json\"",
    "\"text/plain; charset=utf-8\"",
    "\"e30=\"",
    "\"e30\"",
    "\"2026-01-02T03:04:05Z\"",
    "\"2026-01-02t03:04:60z\"",
    "\"https://example.com/\"",
    "\"linux\"",
    "\"amd64\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\\u001b[2J\"",
    "\"\u{202e}\"",
    "{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":0}",
];

/// Edits one place of a tree.
pub fn tree(tree: &mut Tree, choices: &mut Choices<'_>) {
    let spare = tree.clone();
    let mut places = 0;
    count(tree, &mut places);
    let mut chosen = choices.below(places);
    visit(tree, &mut chosen, &mut |place| edit(place, &spare, choices));
}

/// How many values a tree has.
fn count(tree: &Tree, places: &mut usize) {
    *places += 1;
    match tree {
        Tree::Array(items) => items.iter().for_each(|item| count(item, places)),
        Tree::Object(members) => members.iter().for_each(|(_, value)| count(value, places)),
        _ => {}
    }
}

/// Calls `edit` on the value with that number; whether it was among these.
fn visit(tree: &mut Tree, chosen: &mut usize, edit: &mut dyn FnMut(&mut Tree)) -> bool {
    if *chosen == 0 {
        edit(tree);
        return true;
    }
    *chosen -= 1;
    match tree {
        Tree::Array(items) => items.iter_mut().any(|item| visit(item, chosen, edit)),
        Tree::Object(members) => members.iter_mut().any(|(_, value)| visit(value, chosen, edit)),
        _ => false,
    }
}

/// One edit of a value, or of the list of what it holds.
fn edit(place: &mut Tree, whole: &Tree, choices: &mut Choices<'_>) {
    let value = |choices: &mut Choices<'_>| Tree::raw(*choices.pick(VALUES));
    match place {
        Tree::Object(members) if choices.chance(75) => {
            let at = choices.below(members.len());
            match choices.below(7) {
                0 => members.push(((*choices.pick(NAMES)).to_owned(), value(choices))),
                1 if !members.is_empty() => drop(members.remove(at)),
                2 if !members.is_empty() => members.push(members[at].clone()),
                3 if !members.is_empty() => members[at].0 = respelled(&members[at].0, choices),
                4 if !members.is_empty() => {
                    let (name, old) = members[at].clone();
                    let other = if choices.chance(50) { respelled(&name, choices) } else { name };
                    members.push((other, if choices.chance(30) { old } else { value(choices) }));
                }
                5 if !members.is_empty() => members[at].0 = (*choices.pick(NAMES)).to_owned(),
                _ => members.insert(at, ((*choices.pick(NAMES)).to_owned(), part(whole, choices))),
            }
        }
        Tree::Array(items) if choices.chance(75) => {
            let at = choices.below(items.len());
            match choices.below(5) {
                0 if !items.is_empty() => drop(items.remove(at)),
                1 if !items.is_empty() => items.push(items[at].clone()),
                2 if !items.is_empty() => {
                    let last = items.len() - 1;
                    items.swap(at, last);
                }
                3 => items.push(value(choices)),
                _ => items.insert(at, part(whole, choices)),
            }
        }
        Tree::String(text) if choices.chance(75) => *text = edited(text, choices),
        _ => match choices.below(4) {
            0 => *place = part(whole, choices),
            1 => *place = Tree::Array(vec![std::mem::replace(place, Tree::Null)]),
            _ => *place = value(choices),
        },
    }
}

/// A part of a tree, to be put somewhere else.
fn part(whole: &Tree, choices: &mut Choices<'_>) -> Tree {
    let mut places = 0;
    count(whole, &mut places);
    let mut chosen = choices.below(places);
    let mut found = Tree::Null;
    visit(&mut whole.clone(), &mut chosen, &mut |place| found = std::mem::replace(place, Tree::Null));
    // A document within itself doubles with every edit.
    let mut size = 0;
    count(&found, &mut size);
    if size > 64 { Tree::Null } else { found }
}

/// A name in another case, or with a letter that folds to one of it.
fn respelled(name: &str, choices: &mut Choices<'_>) -> String {
    match choices.below(5) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => name.replacen('s', "\u{17f}", 1),
        3 => name.replacen('k', "\u{212a}", 1),
        _ => edited(name, choices),
    }
}

/// A text with a character more, less, or another.
pub(crate) fn edited(text: &str, choices: &mut Choices<'_>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = choices.below(characters.len());
    let odd = *choices.pick(&[
        '0', 'a', 'Z', '-', '.', '/', ':', '=', '+', '@', '_', ' ', '\n', '\0', '\u{1b}', 'é', '\u{17f}',
        '\u{fffd}', '%', '\\',
    ]);
    match choices.below(5) {
        0 if !characters.is_empty() => drop(characters.remove(at)),
        1 if !characters.is_empty() => characters[at] = odd,
        2 if !characters.is_empty() => characters.truncate(at),
        3 if characters.len() < 512 => characters.extend_from_within(at..),
        _ => characters.insert(at, odd),
    }
    characters.into_iter().collect()
}

/// Words that matter in bytes.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\u0000",
    "\\ud83d",
    "\u{feff}",
    "\u{fffd}",
    "sha256:",
    "sha512:",
    "blake3:",
    "application/",
    "+json",
    "://",
    "[::1]",
    "@",
    "%2e",
    "T00:00:00Z",
    "+24:00",
    ".5",
    "SIGRTMIN+",
    "/tcp",
    "..",
    "--",
    "__",
    "org.opencontainers.image.",
    "=",
    "==",
    "\r\n",
    "\0",
    "9999",
    "60",
];

/// Edits bytes at one place.
fn bytes(data: &mut Vec<u8>, input: Input, choices: &mut Choices<'_>) {
    let at = choices.below(data.len() + 1);
    let length = choices.below(8).min(data.len() - at.min(data.len()));
    match choices.below(7) {
        0 if at < data.len() => data[at] ^= 1 << choices.below(8),
        1 if at < data.len() => data[at] = choices.below(256) as u8,
        2 => drop(data.drain(at..at + length)),
        3 if data.len() < 1 << 16 => {
            let copy = data[at..at + length].to_vec();
            data.splice(at..at, copy);
        }
        4 if matches!(input, Input::Document | Input::Text) => {
            drop(data.splice(at..at, choices.pick(WORDS).bytes()))
        }
        5 => data.truncate(at),
        _ => {
            let fresh = choices.bytes(1 + length).to_vec();
            data.splice(at..at, fresh);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of both are in what is crossed, mostly, and what has a structure keeps it.
    #[test]
    fn two_inputs_are_crossed() {
        for target in targets::ALL {
            let folder = format!("{}/../corpus/seeds/{}", env!("CARGO_MANIFEST_DIR"), target.name);
            let mut files: Vec<_> =
                std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
            files.sort();
            let seeds: Vec<Vec<u8>> =
                files.iter().take(60).map(|file| std::fs::read(file).unwrap()).collect();
            let (mut whole, mut fresh) = (0, 0);
            for number in 0..300 {
                let (one, other) = (&seeds[number % seeds.len()], &seeds[(number * 7 + 1) % seeds.len()]);
                let crossed = crossed(target.input, one, other, &seeded(&number.to_string(), 64));
                fresh += usize::from(crossed != *one && crossed != *other);
                whole += usize::from(match target.input {
                    Input::Document => Document::parse(&crossed, &Limits::default()).is_ok(),
                    Input::Archive => crossed.len().is_multiple_of(BLOCK),
                    _ => true,
                });
                let mut buffer = [0; 100];
                let length = crossed_in_place(target.name, one, other, &mut buffer, number as u32);
                assert!(length <= buffer.len());
            }
            assert!(fresh > 100, "{}: {fresh} of 300 are new", target.name);
            assert!(whole > 150, "{}: {whole} of 300 keep their structure", target.name);
        }
    }

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
