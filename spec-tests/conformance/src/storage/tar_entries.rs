//! The entries of a tar archive, with the place of each one's data.
//!
//! The `tar` crate reads extended headers whole, however large they say they are, so that an
//! archive of a few kilobytes (sparse) can ask for any amount of memory. Here a header that is
//! larger than any real one is an error.

use std::io::{self, Read};

use seaworthy_image::layout::EntryKind;

use super::archive::ArchiveError;

const BLOCK: u64 = 512;

/// The largest extended header that is read. A name may have 4096 bytes on Linux; what else
/// stands in such a header is a few hundred.
const MOST_METADATA: u64 = 1 << 20;

/// One entry, with what its extended headers say of it.
#[derive(Debug)]
pub struct TarEntry {
    /// Its path as it is written; bytes that are no UTF-8 read as U+FFFD.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Where its data start.
    pub start: u64,
    /// How long they are.
    pub size: u64,
}

/// Goes through the headers of an archive.
#[derive(Debug)]
pub struct TarEntries<R> {
    reader: R,
    /// Where the next header starts.
    next: u64,
    /// Where the reader stands.
    at: u64,
    length: u64,
    /// The path of the last entry, to say where an archive is damaged.
    last: String,
    /// Whether the archive ends as it should, with a block of zeros.
    pub has_end: bool,
}

/// What extended headers say of the entry after them.
#[derive(Debug, Default)]
struct Extended {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl<R: SkipRead> TarEntries<R> {
    /// The entries of an archive of `length` bytes.
    pub fn new(reader: R, length: u64) -> Self {
        TarEntries { reader, next: 0, at: 0, length, last: String::new(), has_end: false }
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    ///
    /// There is no tar header where one should be, or the archive ends within an entry.
    pub fn next(&mut self) -> Result<Option<TarEntry>, ArchiveError> {
        let mut extended = Extended::default();
        loop {
            let Some(header) = self.header()? else { return Ok(None) };
            let kind = header.entry_type();
            let start = self.at;
            let size = header.entry_size().map_err(|error| self.damaged(&error.to_string()))?;
            if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
                let data = self.metadata(size)?;
                if kind.is_gnu_longname() {
                    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
                    extended.path = Some(data[..end].to_vec());
                } else {
                    extended.read_pax(&data);
                }
            } else if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
                self.metadata(size)?;
            } else {
                let raw = extended.path.unwrap_or_else(|| header.path_bytes().into_owned());
                let path = String::from_utf8_lossy(&raw).into_owned();
                let start = if kind.is_gnu_sparse() { self.after_sparse_map(&header)? } else { start };
                let size = extended.size.unwrap_or(size);
                let end = start.checked_add(size).filter(|&end| end <= self.length);
                let Some(end) = end else { return Err(ArchiveError::Truncated(path)) };
                self.next = end.next_multiple_of(BLOCK);
                self.last.clone_from(&path);
                let kind = entry_kind(kind, path.ends_with('/'), extended.is_sparse);
                return Ok(Some(TarEntry { path, kind, start, size }));
            }
        }
    }

    /// The next header; `None` at the end of the archive.
    fn header(&mut self) -> Result<Option<tar::Header>, ArchiveError> {
        let Some(block) = self.block()? else { return Ok(None) };
        if block.iter().all(|&byte| byte == 0) {
            self.has_end = true;
            return Ok(None);
        }
        if !is_header(&block) {
            return Err(self.damaged("there is no tar header"));
        }
        Ok(Some(tar::Header::from_byte_slice(&block).clone()))
    }

    fn block(&mut self) -> Result<Option<[u8; BLOCK as usize]>, ArchiveError> {
        if self.next == self.length {
            return Ok(None);
        }
        if self.next > self.length {
            return Err(ArchiveError::Truncated(self.last.clone()));
        }
        if self.next + BLOCK > self.length {
            return Err(self.damaged_at(self.next, "there is no whole tar header"));
        }
        let mut block = [0; BLOCK as usize];
        self.reader.skip(self.next - self.at).map_err(ArchiveError::Unreadable)?;
        self.reader.read_exact(&mut block).map_err(ArchiveError::Unreadable)?;
        self.at = self.next + BLOCK;
        self.next = self.at;
        Ok(Some(block))
    }

    /// The data of an extended header.
    fn metadata(&mut self, size: u64) -> Result<Vec<u8>, ArchiveError> {
        if size > MOST_METADATA {
            return Err(self.damaged(&format!("there is an extended header of {size} bytes")));
        }
        if self.at + size > self.length {
            return Err(ArchiveError::Truncated(self.last.clone()));
        }
        let mut data = vec![0; size as usize];
        self.reader.read_exact(&mut data).map_err(ArchiveError::Unreadable)?;
        self.at += size;
        self.next = self.at.next_multiple_of(BLOCK);
        Ok(data)
    }

    /// Skips the blocks that go on with a sparse file's map, and says where its data start.
    fn after_sparse_map(&mut self, header: &tar::Header) -> Result<u64, ArchiveError> {
        const MORE: usize = 504;
        let mut more = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        while more {
            more = self.block()?.is_some_and(|block| block[MORE] == 1);
        }
        Ok(self.at)
    }

    /// Damage in the header that ends where the reader stands.
    fn damaged(&self, what: &str) -> ArchiveError {
        self.damaged_at(self.at.saturating_sub(BLOCK), what)
    }

    fn damaged_at(&self, at: u64, what: &str) -> ArchiveError {
        let after =
            if self.last.is_empty() { String::new() } else { format!(", after the entry {:?}", self.last) };
        ArchiveError::Damaged(format!("{what} at byte {at}{after}"))
    }
}

impl Extended {
    fn read_pax(&mut self, data: &[u8]) {
        for record in tar::PaxExtensions::new(data).flatten() {
            match record.key_bytes() {
                b"path" => self.path = Some(record.value_bytes().to_vec()),
                b"size" => self.size = record.value().ok().and_then(|size| size.parse().ok()),
                key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                _ => {}
            }
        }
    }
}

fn entry_kind(kind: tar::EntryType, has_slash: bool, is_sparse: bool) -> EntryKind {
    match kind {
        // The oldest archives tell a directory by its name only.
        tar::EntryType::Regular if has_slash => EntryKind::Directory,
        // A sparse file's bytes do not lie together, and nobody makes sparse blobs.
        _ if is_sparse => EntryKind::Special,
        tar::EntryType::Regular | tar::EntryType::Continuous => EntryKind::File,
        tar::EntryType::Directory => EntryKind::Directory,
        tar::EntryType::Symlink | tar::EntryType::Link => EntryKind::Link,
        _ => EntryKind::Special,
    }
}

/// Whether a block is a tar header: its checksum is right.
pub fn is_header(block: &[u8; BLOCK as usize]) -> bool {
    let header = tar::Header::from_byte_slice(block);
    let sum: u32 =
        block[..148].iter().chain(&block[156..]).map(|&byte| u32::from(byte)).sum::<u32>() + 8 * 32;
    header.cksum().is_ok_and(|written| written == sum)
}

/// A reader that can leave out bytes cheaply.
pub trait SkipRead: Read {
    /// Goes on `count` bytes later.
    ///
    /// # Errors
    ///
    /// The reader's position cannot be changed.
    fn skip(&mut self, count: u64) -> io::Result<()>;
}

impl<F: Read + io::Seek> SkipRead for io::BufReader<F> {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        self.seek_relative(count.try_into().map_err(io::Error::other)?)
    }
}
