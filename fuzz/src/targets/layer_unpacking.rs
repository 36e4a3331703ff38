//! Layers into a real directory: nothing beside it changes, and what comes out is what the model says.

use std::collections::BTreeSet;
use std::path::Path;

use seaworthy::scratch::{Canary, Scratch};
use seaworthy::tree::{self, capture};
use seaworthy::unpack::{Layer, Limits, Made, NotKept, unpack};
use seaworthy_generators::choices::Choices;
use seaworthy_generators::layer::{gzip_member, zstd_frame};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::{self, Aspect, Content, Kind, Member, Tree, apply, compare};
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::write::{END, push};
use seaworthy_image::tar::{Dialect, Entry, EntryKind};

use crate::archives::changeset;

/// The most entries of all layers together.
const ENTRIES: u64 = 300;

/// Unpacks layers into a directory with a canary beside it.
///
/// # Panics
///
/// If anything changes beside the directory, if an archive that can be written cannot be unpacked, or if
/// there is another tree than the model has.
pub fn layer_unpacking(bytes: &[u8]) {
    let layers = layers(bytes);
    let Some(made) = contained(&layers, &ours).unwrap_or_else(|wrong| panic!("{wrong}")) else { return };
    let Made { report, .. } = made.0;
    let mut tree = Tree::new();
    for members in &layers {
        let Ok(applied) = apply(tree, members, &filesystem::Limits::default()) else { return };
        tree = applied.tree;
    }
    let has_lost = |what| report.not_kept.contains_key(&what);
    let mut differences = compare(&tree, &made.1, 20);
    differences.retain(|difference| match difference.aspect {
        Aspect::Xattrs => !has_lost(NotKept::Xattr) && can_be_captured(&tree, &difference.path),
        Aspect::Mode => !has_lost(NotKept::SetId),
        Aspect::Removed => {
            !has_lost(NotKept::Device) && !has_lost(NotKept::Name) && !has_lost(NotKept::Target)
        }
        Aspect::Owner => !has_lost(NotKept::Owner),
        Aspect::Modified | Aspect::Nanoseconds => !has_lost(NotKept::Time),
        _ => true,
    });
    assert!(differences.is_empty(), "the model has another tree: {differences:?}, {layers:?}");
}

/// Whether extended attributes of what is at a path are looked at: those of links and devices are not.
fn can_be_captured(tree: &Tree, path: &[u8]) -> bool {
    let kind = tree.lookup(path).map(|id| &tree.node(id).kind);
    kind.is_some_and(|kind| matches!(kind, Kind::File(_) | Kind::Directory(_)))
}

/// What unpacks layers below a scratch folder, into the directory that is named.
pub(crate) type Unpacker<T> = dyn Fn(&Scratch, &Path, &[Vec<Member>]) -> Option<T>;

/// Runs an unpacker with a canary beside its directory.
///
/// # Errors
///
/// What changed beside it.
pub(crate) fn contained<T>(layers: &[Vec<Member>], unpacker: &Unpacker<T>) -> Result<Option<T>, String> {
    let scratch = Scratch::new().expect("there is room for temporary files");
    let canary = Canary::plant(&scratch).expect("there is room for temporary files");
    let made = unpacker(&scratch, &scratch.target(), layers);
    match &canary.check(&scratch)[..] {
        [] => Ok(made),
        changes => Err(format!("beside the directory, {}: {layers:?}", changes[0])),
    }
}

fn ours(_: &Scratch, directory: &Path, layers: &[Vec<Member>]) -> Option<(Made, Tree)> {
    let mut storage = Memory::default();
    let mut described = Vec::new();
    for (number, members) in layers.iter().enumerate() {
        let mut archive = Vec::new();
        for member in members {
            let content = member.content.bytes().unwrap_or_default();
            // What no archive can say has no place in a layer.
            push(&mut archive, &member.entry, content, Dialect::Pax).ok()?;
        }
        archive.extend_from_slice(&END);
        let (compression, blob) = match number % 3 {
            0 => (Compression::None, archive.clone()),
            1 => (Compression::Gzip, gzip_member(&archive, 0)),
            _ => (Compression::Zstd, zstd_frame(&archive, 0)),
        };
        let digest = digest_of(Algorithm::Sha256, &blob);
        described.push(Layer {
            digest: digest.clone(),
            size: Some(blob.len() as u64),
            compression,
            diff_id: Some(digest_of(Algorithm::Sha256, &archive)),
        });
        storage.files.insert(format!("blobs/{}", digest.replace(':', "/")), blob);
    }
    let limits = Limits { entries: ENTRIES, bytes: 1 << 20, ..Limits::default() };
    let made = unpack(&storage, &described, directory, &limits).expect("our own archive can be unpacked");
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let owner = |id: u32| if is_root { id.into() } else { 0 };
    let tree = capture(directory, owner, &tree::Limits::default()).expect("what was unpacked can be read");
    Some((made, tree))
}

/// Where hostile entries lead: what the canary consists of, and the folder that it is in.
const AIMS: &[&[u8]] = &[
    b"../neighbour",
    b"../canary/plain",
    b"../canary",
    b"../canary/folder/new",
    b"../cwd",
    b"../cwd/sentinel",
    b"../canary/link",
    b"../.wh.neighbour",
    b"../canary/.wh.plain",
    b"..",
];

/// Layers of entries, some of which are aimed at the canary.
pub(crate) fn layers(bytes: &[u8]) -> Vec<Vec<Member>> {
    let mut choices = Choices::new(bytes);
    let mut layers: Vec<Vec<Member>> = (0..=choices.below(3)).map(|_| changeset(&mut choices)).collect();
    for member in layers.iter_mut().flatten() {
        // Data without a file to hold them have no place in an archive that is written, and of large files only
        // the hash is known.
        if member.entry.kind != EntryKind::File || member.content.bytes().is_none() {
            member.content = Default::default();
        }
        // Where an archive says another size than it has content the next header is content, and it has other
        // entries than these.
        member.entry.size = member.content.size();
        if matches!(member.entry.kind, EntryKind::Other(_)) {
            member.entry.kind = EntryKind::Other(b'Z');
        }
        aim(member, &mut choices);
    }
    for members in &mut layers {
        if choices.chance(30) {
            members.extend(through(&mut choices));
        }
    }
    layers
}

/// A link that leads out, and a file behind it.
fn through(choices: &mut Choices<'_>) -> [Member; 2] {
    let target: &[u8] = choices.pick::<&[u8]>(&[b"../canary", b"..", b"../cwd", b"../canary/folder"]);
    let name: &[u8] = choices.pick::<&[u8]>(&[b"plain", b"sentinel", b"neighbour", b"inner", b"new"]);
    let link = Entry {
        path: b"out".to_vec(),
        kind: EntryKind::Symlink,
        link: target.to_vec(),
        mode: 0o777,
        ..Entry::default()
    };
    let content: &[u8] = b"written";
    let size = content.len() as u64;
    let file = Entry { path: [b"out/", name].concat(), mode: 0o644, size, ..Entry::default() };
    [
        Member { entry: link, content: Content::default() },
        Member { entry: file, content: Content::new(content) },
    ]
}

fn aim(member: &mut Member, choices: &mut Choices<'_>) {
    let is_link = matches!(member.entry.kind, EntryKind::Symlink | EntryKind::HardLink);
    if is_link && choices.chance(40) {
        member.entry.link = choices.pick(AIMS).to_vec();
    } else if choices.chance(10) {
        let mut path = if choices.chance(50) { Vec::new() } else { b"a/../".to_vec() };
        path.extend_from_slice(choices.pick::<&[u8]>(AIMS));
        member.entry.path = path;
    }
}

/// Which kinds of entries there are, and how many of them lead out.
pub(crate) fn shows(bytes: &[u8]) -> BTreeSet<String> {
    let layers = layers(bytes);
    let mut shown = BTreeSet::from([format!("{} layers", layers.len())]);
    for member in layers.iter().flatten() {
        let leads_out = |path: &[u8]| path.split(|byte| *byte == b'/').any(|name| name == b"..");
        let entry = &member.entry;
        shown.insert(format!("{:?} {} {}", entry.kind, leads_out(&entry.path), leads_out(&entry.link)));
    }
    shown
}
