//! Layers before they are packed: the entries of an archive, and how it is written and compressed.

use std::io::Write;

use flate2::GzBuilder;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::{Content, Member};
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::write::{Dialect, END, push};
use seaworthy_image::tar::{Device, Entry, EntryKind, SparseForm, Time};

use crate::sparse;

/// A layer before it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The entries of its archive, each with its content.
    pub members: Vec<Member>,
    /// The dialect of the archive.
    pub dialect: Dialect,
    /// How files are written whose zeros are left out; `None` if none is.
    pub sparse: Option<SparseForm>,
    /// How the archive is compressed.
    pub packing: Packing,
}

impl Layer {
    /// A layer in the way that most are: in ustar, with PAX records where needed, and compressed with gzip.
    pub fn new(members: Vec<Member>) -> Layer {
        let packing = Packing::new(Compression::Gzip);
        Layer { members, dialect: Dialect::Pax, sparse: None, packing }
    }

    /// Its archive, before compression.
    pub fn archive(&self) -> Vec<u8> {
        self.archive_of(&self.members)
    }

    /// An archive of other members in the place of its own.
    pub(crate) fn archive_of(&self, members: &[Member]) -> Vec<u8> {
        archive_with(members, self.dialect, self.sparse)
    }
}

/// An archive of these entries. An entry that the dialect cannot hold is written in PAX; one that no
/// dialect can hold is left out.
///
/// A member's content is written as it is, whatever size its entry tells.
pub fn archive(members: &[Member], dialect: Dialect) -> Vec<u8> {
    archive_with(members, dialect, None)
}

fn archive_with(members: &[Member], dialect: Dialect, sparse: Option<SparseForm>) -> Vec<u8> {
    let mut archive = Vec::new();
    for member in members {
        if sparse.is_some_and(|form| sparse::push(&mut archive, member, form)) {
            continue;
        }
        let Member { entry, content } = member;
        let content = content.bytes().unwrap_or_default();
        let written = push(&mut archive, entry, content, dialect);
        // What PAX cannot hold either has no place in any archive.
        let _ = written.or_else(|_| push(&mut archive, entry, content, Dialect::Pax));
    }
    archive.extend(END);
    archive
}

/// How an archive is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packing {
    /// The format.
    pub compression: Compression,
    /// One of four ways to write each piece: see [`gzip_member`] and [`zstd_frame`].
    pub flavour: u8,
    /// Where in the archive a new gzip member or zstd frame begins, in order. What lies past the end of
    /// the archive is its end.
    pub cuts: Vec<usize>,
}

impl Packing {
    /// In one piece, and nothing odd about it.
    pub const fn new(compression: Compression) -> Packing {
        Packing { compression, flavour: 0, cuts: Vec::new() }
    }

    /// The archive compressed.
    pub fn pack(&self, archive: &[u8]) -> Vec<u8> {
        let piece: fn(&[u8], u8) -> Vec<u8> = match self.compression {
            Compression::None => return archive.to_vec(),
            Compression::Gzip => gzip_member,
            Compression::Zstd => zstd_frame,
        };
        let mut start = 0;
        let mut out = Vec::new();
        for end in self.cuts.iter().copied().chain([archive.len()]) {
            let end = end.clamp(start, archive.len());
            out.extend(piece(&archive[start..end], self.flavour));
            start = end;
        }
        out
    }
}

/// One gzip member: plain (0), stored without compression (1), with a name (2), or with a comment and
/// extra fields (3).
pub fn gzip_member(bytes: &[u8], flavour: u8) -> Vec<u8> {
    let header = match flavour {
        0 | 1 => GzBuilder::new(),
        2 => GzBuilder::new().filename("layer.tar").mtime(1_767_323_045),
        _ => GzBuilder::new().comment("tide").extra(b"sw\x02\0ok".to_vec()),
    };
    let level = if flavour == 1 { flate2::Compression::none() } else { flate2::Compression::default() };
    let mut encoder = header.write(Vec::new(), level);
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// A skippable frame of RFC 8478, section 3.1.2, with three bytes in it.
pub const SKIPPABLE_FRAME: &[u8] = b"\x50\x2a\x4d\x18\x03\0\0\0tar";

/// One zstd frame: plain (0), at another level (1), with a checksum (2), or after one that is to be
/// skipped (3).
pub fn zstd_frame(bytes: &[u8], flavour: u8) -> Vec<u8> {
    let frame = || -> std::io::Result<Vec<u8>> {
        let mut encoder = zstd::Encoder::new(Vec::new(), i32::from(flavour == 1) + 1)?;
        encoder.include_checksum(flavour == 2)?;
        encoder.write_all(bytes)?;
        encoder.finish()
    };
    let mut out = if flavour == 3 { SKIPPABLE_FRAME.to_vec() } else { Vec::new() };
    out.extend(frame().unwrap_or_default());
    out
}

/// When everything in a plain image was last modified.
pub const MODIFIED: Time = Time { seconds: 1_767_323_045, nanoseconds: 0 };

/// A regular file of root's that everybody may read.
pub fn file(path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Member {
    let content = content.as_ref();
    let entry = Entry { size: content.len() as u64, ..entry(path, EntryKind::File, 0o644) };
    Member { entry, content: Content::new(content) }
}

/// A directory of root's that everybody may enter. Its path is written as it is given: most archives
/// have a slash at the end.
pub fn directory(path: impl AsRef<[u8]>) -> Member {
    without_content(entry(path, EntryKind::Directory, 0o755))
}

/// A symbolic link.
pub fn symlink(path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Member {
    let link = target.as_ref().to_vec();
    without_content(Entry { link, ..entry(path, EntryKind::Symlink, 0o777) })
}

/// A hard link to a file as [`file()`] makes it.
pub fn hard_link(path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Member {
    let link = target.as_ref().to_vec();
    without_content(Entry { link, ..entry(path, EntryKind::HardLink, 0o644) })
}

/// A FIFO.
pub fn fifo(path: impl AsRef<[u8]>) -> Member {
    without_content(entry(path, EntryKind::Fifo, 0o644))
}

/// A device.
pub fn device(path: impl AsRef<[u8]>, kind: EntryKind, major: u32, minor: u32) -> Member {
    without_content(Entry { device: Device { major, minor }, ..entry(path, kind, 0o644) })
}

/// A PAX header (`x`, or `g` for all entries that follow) with these records.
pub fn pax_header(flag: u8, records: &[(&str, &[u8])]) -> Member {
    let mut content = Vec::new();
    for (keyword, value) in records {
        let rest = keyword.len() + value.len() + " =\n".len();
        let mut length = rest + 1;
        while length != rest + length.to_string().len() {
            length = rest + length.to_string().len();
        }
        content.extend_from_slice(format!("{length} {keyword}=").as_bytes());
        content.extend_from_slice(value);
        content.push(b'\n');
    }
    let mut header = file("././@PaxHeader", content);
    header.entry.kind = EntryKind::Other(flag);
    header
}

/// A member with its entry edited.
pub fn with(mut member: Member, edit: impl FnOnce(&mut Entry)) -> Member {
    edit(&mut member.entry);
    member
}

fn entry(path: impl AsRef<[u8]>, kind: EntryKind, mode: u32) -> Entry {
    Entry { path: path.as_ref().to_vec(), kind, mode, modified: MODIFIED, ..Entry::default() }
}

fn without_content(entry: Entry) -> Member {
    Member { entry, content: Content::default() }
}

/// The entries as text, one to a line, and then what the layer came to: for people.
pub(crate) fn describe(members: &[Member], archive: &[u8], bytes: &[u8]) -> String {
    let mut text: String = members.iter().map(|member| line(&member.entry) + "\n").collect();
    for (what, bytes) in [("archive", archive), ("layer", bytes)] {
        text += &format!("{what}: {} bytes, {}\n", bytes.len(), digest_of(Algorithm::Sha256, bytes));
    }
    text
}

fn line(entry: &Entry) -> String {
    let kind = match entry.kind {
        EntryKind::File => '-',
        EntryKind::HardLink => 'h',
        EntryKind::Symlink => 'l',
        EntryKind::CharDevice => 'c',
        EntryKind::BlockDevice => 'b',
        EntryKind::Directory => 'd',
        EntryKind::Fifo => 'p',
        EntryKind::Other(flag) => char::from(flag),
    };
    let Entry { mode, uid, gid, size, .. } = entry;
    let mut line = format!("{kind} {mode:04o} {uid}:{gid} {size} {}", entry.path.escape_ascii());
    if !entry.link.is_empty() {
        line += &format!(" -> {}", entry.link.escape_ascii());
    }
    for (name, value) in &entry.xattrs {
        line += &format!(" {}=\"{}\"", name.escape_ascii(), value.escape_ascii());
    }
    line
}
