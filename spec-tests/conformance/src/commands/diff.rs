//! `seaworthy diff`: the layer that leads from one directory to another.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::fs::{CWD, Mode, OFlags, openat};
use seaworthy_image::digest::{Algorithm, Hasher};
use seaworthy_image::filesystem::path::components;
use seaworthy_image::filesystem::{Member, diff};
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::{Dialect, EntryKind, write::Writer};

use crate::report::output::Beside;
use crate::tree::{self, capture};

/// What to compare, and where the layer goes.
#[derive(Debug, Clone)]
pub struct Request {
    /// The directory that the layers below make.
    pub lower: PathBuf,
    /// The directory that they and the new layer make.
    pub upper: PathBuf,
    /// The layer's file; `-` is standard output.
    pub output: OsString,
    /// How it is compressed.
    pub compression: Compression,
    /// The most files and directories that a directory may have.
    pub nodes: usize,
}

/// The layer that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How many entries it has.
    pub entries: usize,
    /// The digest of its blob.
    pub digest: String,
    /// The digest of the archive in the blob.
    pub diff_id: String,
    /// The size of the blob.
    pub size: u64,
}

/// Compares two directories and writes the layer between them.
///
/// # Errors
///
/// A directory cannot be read, or has something that no layer can hold, or changes meanwhile; or the layer
/// cannot be written. Then there is none.
pub fn run(request: &Request) -> anyhow::Result<Written> {
    let limits = tree::Limits { nodes: request.nodes, keep: 0 };
    let captured = |path: &Path| {
        let tree = capture(path, u64::from, &limits);
        tree.with_context(|| format!("{} cannot be compared", path.display()))
    };
    let members = diff(&captured(&request.lower)?, &captured(&request.upper)?)?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let upper = openat(CWD, &request.upper, flags, Mode::empty()).map_err(io::Error::from)?;
    if request.output == "-" {
        let (written, mut out) = write(&members, &upper, request.compression, io::stdout().lock())?;
        out.flush()?;
        return Ok(written);
    }
    let path = Path::new(&request.output);
    let temporary = Beside::new(path)?;
    let (written, _) = write(&members, &upper, request.compression, temporary.file())?;
    temporary.place().with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(written)
}

fn write<W: Write>(
    members: &[Member],
    upper: &OwnedFd,
    compression: Compression,
    out: W,
) -> anyhow::Result<(Written, W)> {
    let blob = Hashed::new(out);
    let (diff_id, blob) = match compression {
        Compression::None => archive(members, upper, blob)?,
        Compression::Gzip => {
            // No name and no time in its header, so that the same layer has the same digest.
            let encoder = flate2::write::GzEncoder::new(blob, flate2::Compression::default());
            let (diff_id, encoder) = archive(members, upper, encoder)?;
            (diff_id, encoder.finish()?)
        }
        Compression::Zstd => {
            let encoder = zstd::Encoder::new(blob, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            let (diff_id, encoder) = archive(members, upper, encoder)?;
            (diff_id, encoder.finish()?)
        }
    };
    let written = Written { entries: members.len(), digest: blob.hasher.finish(), diff_id, size: blob.size };
    Ok((written, blob.out))
}

/// Writes the archive, and tells its digest.
fn archive<W: Write>(members: &[Member], upper: &OwnedFd, out: W) -> anyhow::Result<(String, W)> {
    let mut archive = Writer::new(BufWriter::with_capacity(128 << 10, Hashed::new(out)), Dialect::Pax);
    for Member { entry, content } in members {
        let shown = || entry.path.escape_ascii().to_string();
        let is_kept = entry.kind != EntryKind::File || content.size() == 0;
        if is_kept {
            archive.append(entry, io::empty()).with_context(shown)?;
            continue;
        }
        let file = open(upper, &entry.path).with_context(shown)?;
        // It was hashed when the directories were compared, and must not have changed since.
        let mut file = Sha256Read { inner: file, hasher: Hasher::new(Algorithm::Sha256) };
        archive.append(entry, &mut file).with_context(shown)?;
        let wanted: String = content.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
        if file.hasher.finish() != format!("sha256:{wanted}") {
            anyhow::bail!("{}: it changed while the directories were compared", shown());
        }
    }
    let hashed = archive.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok((hashed.hasher.finish(), hashed.out))
}

/// Opens a file below a directory, without following a link.
fn open(directory: &OwnedFd, path: &[u8]) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut names = components(path).peekable();
    let mut folder = rustix::io::dup(directory)?;
    while let Some(name) = names.next() {
        let kind = if names.peek().is_some() { OFlags::DIRECTORY } else { OFlags::empty() };
        folder = openat(&folder, name, flags | kind, Mode::empty())?;
    }
    let file = File::from(folder);
    if !file.metadata()?.is_file() || file.metadata()?.nlink() == 0 {
        return Err(io::Error::other("it is no regular file any more"));
    }
    Ok(file)
}

/// Hashes and counts what goes through.
struct Hashed<W> {
    out: W,
    hasher: Hasher,
    size: u64,
}

impl<W> Hashed<W> {
    fn new(out: W) -> Self {
        Hashed { out, hasher: Hasher::new(Algorithm::Sha256), size: 0 }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

struct Sha256Read {
    inner: File,
    hasher: Hasher,
}

impl Read for Sha256Read {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}
