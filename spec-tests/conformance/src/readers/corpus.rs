//! The archives that readers are compared on.

use std::collections::BTreeSet;
use std::io::Read;

use seaworthy_generators::battery::{self, Expect, FAMILIES, Make, Place};
use seaworthy_generators::changeset::{self, raw};
use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::features::Features;
use seaworthy_generators::layer::{self, device, directory, file, pax_header, symlink, with};
use seaworthy_generators::mutation::Part;
use seaworthy_image::compression::{self, Decoder, StreamError};
use seaworthy_image::digest::Digest;
use seaworthy_image::filesystem::{Content, Limits, Member, Tree, apply};
use seaworthy_image::graph::{self, Start, Visit, walk};
use seaworthy_image::layout::{Memory, OpenError, Storage, blob_path};
use seaworthy_image::media_type::{self, Kind};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::write::seal;
use seaworthy_image::tar::{BLOCK, Dialect, EntryKind};
use seaworthy_image::views::{Descriptor, DocumentKind, Manifest, items};
use seaworthy_rules::case;

/// An archive, without compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// What it is called: the id of the case that it is from, or the name of its file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The archives of all cases that are about layers: those of the safety battery, but for those that are only
/// there to grow or are about compression, and those of the rules. Each is there once, under the id of the
/// first case that has it.
pub fn fixed() -> Vec<Archive> {
    let place = Place::placeholder();
    let of_archives = |family: &&&battery::Family| !family.id.starts_with("CMP-");
    let threats = FAMILIES.iter().filter(of_archives).flat_map(|family| {
        let is_of_layers = |case: &&battery::Case| {
            let is_of_files = matches!(case.make, Make::Edit(..) | Make::Archived(_));
            !is_of_files && case.expect != Expect::Bounded
        };
        family.cases.iter().filter(is_of_layers).map(|case| (family.case_id(case), case))
    });
    let threats = threats.filter(|(id, _)| !UNNAMED.contains(&id.as_str()));
    let threats = threats.map(|(id, case)| (id, case.layout(&place)));
    let cases = case::cases().into_iter().filter(|case| case.part == Part::Layer);
    let cases = cases.map(|case| (case.id.clone(), case.layout()));
    let mut archives = Vec::new();
    let mut seen = BTreeSet::new();
    for (id, layout) in threats.chain(cases) {
        let mut mine: Vec<Vec<u8>> =
            layers(&layout).into_iter().filter(|one| seen.insert(one.clone())).collect();
        // The id is that of the topmost layer, which is what most cases are about.
        let top = mine.pop();
        let lower = mine.into_iter().enumerate().map(|(at, bytes)| (format!("{id}#{at}"), bytes));
        archives.extend(lower.chain(top.map(|bytes| (id.clone(), bytes))));
    }
    let own = own().into_iter().map(|(name, bytes)| (format!("readers/{name}"), bytes));
    archives.extend(own.filter(|(_, bytes)| !seen.contains(bytes)));
    archives.into_iter().map(|(name, bytes)| Archive { name, bytes }).collect()
}

/// Cases on which readers disagree, and in which the reference finds nothing odd that a signature could name:
/// a record that takes back the user id, though nothing gave one.
const UNNAMED: &[&str] = &["safety/tar-11/empty"];

/// Archives that no case has, and that readers disagree on.
fn own() -> Vec<(&'static str, Vec<u8>)> {
    let of = |members: Vec<Member>| layer::archive(&members, Dialect::Ustar);
    let (one, after) = (|| file("one", "1"), || file("after", "a\n"));
    // The size is in the header, and so many bytes follow.
    let carrier = |member: Member, data: &[u8]| {
        let carrier = with(member, |entry| entry.size = data.len() as u64);
        of(vec![Member { content: Content::new(data), ..carrier }, after()])
    };
    let extension =
        |flag, data: &str| with(file("././@LongLink", data), |entry| entry.kind = EntryKind::Other(flag));
    let gnu = |members: Vec<Member>| layer::archive(&members, Dialect::Gnu);
    // Of two entries, the second has something else in a field of its header.
    let patched = |second: Member, field: usize, bytes: &[u8]| {
        let mut archive = of(vec![one(), second]);
        let mut header = [0; BLOCK];
        header.copy_from_slice(&archive[2 * BLOCK..3 * BLOCK]);
        header[field..field + bytes.len()].copy_from_slice(bytes);
        seal(&mut header);
        archive[2 * BLOCK..3 * BLOCK].copy_from_slice(&header);
        archive
    };
    let mut junk = of(vec![one()]);
    junk[3 * BLOCK..].fill(b'j');
    let mut cut = of(vec![one()]);
    cut.truncate(BLOCK + 1);
    vec![
        ("zeros-after-a-directory", carrier(directory("carrier/"), &[0; 1024])),
        ("zeros-after-a-symbolic-link", carrier(symlink("carrier", "target"), &[0; 1024])),
        ("text-after-a-directory", carrier(directory("carrier/"), &[b't'; 1024])),
        ("text-after-a-symbolic-link", carrier(symlink("carrier", "target"), &[b't'; 1024])),
        ("record-without-an-entry", of(vec![one(), pax_header(b'x', &[("path", b"two")])])),
        ("empty-long-name", gnu(vec![one(), extension(b'L', ""), after()])),
        ("empty-long-link", gnu(vec![one(), extension(b'K', ""), symlink("l", "target")])),
        ("two-nuls-after-long-name", gnu(vec![one(), extension(b'L', "long\0\0"), after()])),
        ("two-nuls-after-long-link", gnu(vec![one(), extension(b'K', "long\0\0"), symlink("l", "target")])),
        ("text-after-long-name", gnu(vec![one(), extension(b'L', "long\0er\0"), after()])),
        ("text-after-long-link", gnu(vec![one(), extension(b'K', "long\0er\0"), symlink("l", "target")])),
        ("no-path", of(vec![one(), file("", "2"), after()])),
        ("junk-after-one-block", junk),
        ("no-padding", cut),
        ("junk-in-a-mode", patched(after(), 100, b"00x0644")),
        ("junk-in-a-user-id", patched(after(), 108, b"00x0000")),
        ("junk-in-the-size-of-a-device", patched(device("d", EntryKind::CharDevice, 1, 3), 124, b"x")),
        ("sparse-type-without-its-magic", patched(file("sparse", ""), 156, b"S")),
    ]
}

/// The archives in the layers of a layout from memory. What cannot be decompressed is left out.
fn layers(layout: &Memory) -> Vec<Vec<u8>> {
    let limits = compression::Limits { bytes: 64 << 20, ..compression::Limits::default() };
    let paths = layer_paths(layout).unwrap_or_default();
    paths.iter().filter_map(|path| decompressed(&layout.files.get(path)?[..], limits).ok()).collect()
}

/// The paths of all layers in a layout, those of every image once, the lowest first.
///
/// # Errors
///
/// `index.json` cannot be opened or read.
pub fn layer_paths(storage: &dyn Storage) -> Result<Vec<String>, OpenError> {
    let of_manifest = |visit: &Visit<'_>| -> Vec<String> {
        let Ok(document) = visit.document else { return Vec::new() };
        if visit.kind != DocumentKind::Manifest {
            return Vec::new();
        }
        let path = |descriptor: Descriptor<'_>| {
            let kind = media_type::kind(&descriptor.media_type_text()?, SpecVersion::Dev);
            let digest = descriptor.digest_text()?;
            let digest = Digest::parse(&digest).ok().filter(|_| matches!(kind, Kind::Layer { .. }))?;
            Some(blob_path(&digest))
        };
        items(Manifest::of(document.root()).layers).filter_map(|layer| path(Descriptor::of(layer))).collect()
    };
    let walked = walk(storage, SpecVersion::Dev, &graph::Limits::default(), Start::Everywhere, of_manifest)?;
    let mut seen = BTreeSet::new();
    Ok(walked.visits.into_iter().flatten().filter(|path| seen.insert(path.clone())).collect())
}

/// The archive in a stream, which may be compressed with gzip or zstd.
///
/// # Errors
///
/// It cannot be read or decompressed, or is larger than the limits allow.
pub fn decompressed(stream: impl Read, limits: compression::Limits) -> Result<Vec<u8>, StreamError> {
    let mut decoder = Decoder::new(stream, limits).map_err(StreamError::Io)?;
    let (mut archive, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        match decoder.decode(&mut buffer)? {
            0 => return Ok(archive),
            length => archive.extend_from_slice(&buffer[..length]),
        }
    }
}

/// So many archives of valid changesets, which all readers have to list alike, drawn from a seed.
pub fn valid(seed: u64, count: usize) -> Vec<Archive> {
    let archives = (0..count).map(|number| {
        let bytes = seeded(&format!("readers {seed} {number}"), 4096);
        let mut choices = Choices::new(&bytes);
        let lower = changeset::valid(&mut choices, &Features::all(), &Tree::new());
        let applied = apply(Tree::new(), &lower, &Limits::default());
        let below = applied.map_or_else(|_| Tree::new(), |applied| applied.tree);
        let members = changeset::valid(&mut choices, &Features::all(), &below);
        let bytes = layer::archive(&members, *choices.pick(&Dialect::ALL));
        Archive { name: format!("random/{seed}/valid/{number}"), bytes }
    });
    archives.collect()
}

/// So many archives of whatever can be written down, and as many with their blocks edited, drawn from a
/// seed: there is no end to what readers disagree on in those.
pub fn wild(seed: u64, count: usize) -> Vec<Archive> {
    let archives = (0..count).flat_map(|number| {
        let bytes = seeded(&format!("wild readers {seed} {number}"), 4096);
        let mut choices = Choices::new(&bytes);
        let mut archive = || {
            let members = changeset::wild(&mut choices);
            layer::archive(&members, *choices.pick(&Dialect::ALL))
        };
        let (wild, mut edited) = (archive(), archive());
        raw::edit(&mut edited, &mut choices);
        [("wild", wild), ("edited", edited)]
            .map(|(kind, bytes)| Archive { name: format!("random/{seed}/{kind}/{number}"), bytes })
    });
    archives.collect()
}

/// A layer of a layout as an archive.
///
/// # Errors
///
/// It is not stored, cannot be decompressed, or is larger than the limits allow.
pub fn layer(storage: &dyn Storage, path: &str, limits: compression::Limits) -> anyhow::Result<Vec<u8>> {
    let opened = storage.open(path)?;
    Ok(decompressed(opened.reader, limits)?)
}
