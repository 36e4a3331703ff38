//! Writing archives, in each of the four dialects.

use std::fmt;
use std::io::{self, Read, Write};

use super::entry::{Entry, EntryKind, Time};

/// The size of everything in an archive: headers, and content filled up with zeros.
pub const BLOCK: usize = 512;

/// The two blocks of zeros that end an archive.
pub const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// The forms in which one entry can be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// The oldest: files, links and directories with short names.
    V7,
    /// POSIX.1-1988: names up to 256 bytes in two parts, devices, names of owners.
    #[default]
    Ustar,
    /// POSIX.1-2001: ustar, with records before the header for what that cannot hold. There are none
    /// where none are needed.
    Pax,
    /// GNU tar's own: names of any length in entries before the header, large numbers in binary.
    Gnu,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Dialect; 4] = [Dialect::V7, Dialect::Ustar, Dialect::Pax, Dialect::Gnu];
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dialect::V7 => "v7",
            Dialect::Ustar => "ustar",
            Dialect::Pax => "PAX",
            Dialect::Gnu => "GNU",
        })
    }
}

/// A value that a dialect has no place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{dialect} archives cannot hold {what}")]
pub struct Unrepresentable {
    /// The dialect.
    pub dialect: Dialect,
    /// What it cannot hold.
    pub what: &'static str,
}

/// Why an entry was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It has a value that the dialect has no place for.
    #[error(transparent)]
    Unrepresentable(#[from] Unrepresentable),
    /// Its content does not have the size that the header promises.
    #[error("the content is {0} than the {1} bytes it should have")]
    Size(&'static str, u64),
    /// The content cannot be read, or the archive cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes an archive. The same entries make the same bytes.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    dialect: Dialect,
}

impl<W: Write> Writer<W> {
    /// An archive that goes to `out`.
    pub fn new(out: W, dialect: Dialect) -> Self {
        Writer { out, dialect }
    }

    /// Writes an entry with its content, which has to have exactly the entry's size.
    ///
    /// # Errors
    ///
    /// The dialect cannot hold the entry, and then nothing is written; or the content has another size
    /// or cannot be read, or the archive cannot be written, and then it is damaged.
    pub fn append(&mut self, entry: &Entry, content: impl Read) -> Result<(), WriteError> {
        self.out.write_all(&header(entry, self.dialect)?)?;
        // One byte more than there should be, to notice if there is more.
        let mut content = content.take(entry.size.saturating_add(1));
        let mut room = entry.size;
        let mut buffer = [0; 16 << 10];
        loop {
            let count = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            room = room.checked_sub(count as u64).ok_or(WriteError::Size("longer", entry.size))?;
            self.out.write_all(&buffer[..count])?;
        }
        if room > 0 {
            return Err(WriteError::Size("shorter", entry.size));
        }
        self.out.write_all(&END[..padding(entry.size)])?;
        Ok(())
    }

    /// Ends the archive.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&END)?;
        Ok(self.out)
    }
}

/// Adds one entry to an archive in memory: its headers, its content as it is, whatever size the header
/// tells, and zeros up to the next block.
///
/// # Errors
///
/// The dialect cannot hold the entry; nothing is added then.
pub fn push(
    archive: &mut Vec<u8>,
    entry: &Entry,
    content: &[u8],
    dialect: Dialect,
) -> Result<(), Unrepresentable> {
    archive.extend(header(entry, dialect)?);
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    Ok(())
}

/// The blocks of an entry that come before its content: the header, and in front of it what the
/// dialect needs for values that the header has no room for. Everything is written as the entry says,
/// sizes of directories and slashes at the end of names included.
///
/// # Errors
///
/// The dialect cannot hold the entry.
pub fn header(entry: &Entry, dialect: Dialect) -> Result<Vec<u8>, Unrepresentable> {
    let mut draft = Draft { dialect, extensions: Vec::new(), records: Vec::new(), block: [0; BLOCK] };
    draft.fill(entry)?;
    let mut blocks = draft.extensions;
    if !draft.records.is_empty() {
        extension(&mut blocks, Dialect::Ustar, b'x', PAX_NAME, &draft.records);
    }
    seal(&mut draft.block);
    blocks.extend_from_slice(&draft.block);
    Ok(blocks)
}

/// Writes the checksum of a header into it.
pub fn seal(block: &mut [u8; BLOCK]) {
    block[CHECKSUM].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    // Never more than 512 × 255, which has six octal digits.
    block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// How many zeros follow on content of this size.
pub fn padding(size: u64) -> usize {
    let beyond = (size % BLOCK as u64) as usize;
    (BLOCK - beyond) % BLOCK
}

type Field = std::ops::Range<usize>;

const NAME: Field = 0..100;
const MODE: Field = 100..108;
const UID: Field = 108..116;
const GID: Field = 116..124;
const SIZE: Field = 124..136;
const MODIFIED: Field = 136..148;
const CHECKSUM: Field = 148..156;
const TYPE: usize = 156;
const LINK: Field = 157..257;
const MAGIC: Field = 257..265;
const UNAME: Field = 265..297;
const GNAME: Field = 297..329;
const MAJOR: Field = 329..337;
const MINOR: Field = 337..345;
const PREFIX: Field = 345..500;

/// The names of entries that stand for something else. Programs that do not know their types make files
/// of these names.
const PAX_NAME: &[u8] = b"././@PaxHeader";
const GNU_NAME: &[u8] = b"././@LongLink";

/// An entry on its way into blocks.
struct Draft {
    dialect: Dialect,
    /// Entries of GNU tar's that come before it.
    extensions: Vec<u8>,
    /// PAX records that come before it.
    records: Vec<u8>,
    block: [u8; BLOCK],
}

impl Draft {
    fn fill(&mut self, entry: &Entry) -> Result<(), Unrepresentable> {
        self.kind(entry)?;
        match self.dialect {
            Dialect::V7 => {}
            Dialect::Ustar | Dialect::Pax => self.block[MAGIC].copy_from_slice(b"ustar\x0000"),
            Dialect::Gnu => self.block[MAGIC].copy_from_slice(b"ustar  \0"),
        }
        let is_binary = |bytes: &[u8]| std::str::from_utf8(bytes).is_err();
        let needs_charset = self.dialect == Dialect::Pax
            && [&entry.path, &entry.link, &entry.uname, &entry.gname].iter().any(|text| is_binary(text));
        self.path(&entry.path)?;
        self.link(&entry.link)?;
        self.number(MODE, "", i128::from(entry.mode), "this mode")?;
        self.number(UID, "uid", entry.uid.into(), "a user id as large")?;
        self.number(GID, "gid", entry.gid.into(), "a group id as large")?;
        self.number(SIZE, "size", entry.size.into(), "content as large")?;
        self.modified(entry.modified)?;
        self.owner(UNAME, "uname", &entry.uname, "this name of a user")?;
        self.owner(GNAME, "gname", &entry.gname, "this name of a group")?;
        if self.dialect != Dialect::V7 {
            self.number(MAJOR, "", entry.device.major.into(), "a device number as large")?;
            self.number(MINOR, "", entry.device.minor.into(), "a device number as large")?;
        } else if entry.device != super::Device::default() {
            return self.cannot("devices");
        }
        if !entry.xattrs.is_empty() && self.dialect != Dialect::Pax {
            return self.cannot("extended attributes");
        }
        if needs_charset && !self.records.is_empty() {
            // Records are UTF-8 unless the first of them says otherwise.
            let rest = std::mem::take(&mut self.records);
            self.record(b"hdrcharset", b"BINARY");
            self.records.extend(rest);
        }
        for (name, value) in &entry.xattrs {
            if name.is_empty() || name.iter().any(|byte| matches!(byte, b'=' | 0)) {
                return self.cannot("an extended attribute of this name");
            }
            self.record(&[b"SCHILY.xattr.", name.as_slice()].concat(), value);
        }
        Ok(())
    }

    fn kind(&mut self, entry: &Entry) -> Result<(), Unrepresentable> {
        let is_v7 = self.dialect == Dialect::V7;
        let has_slash = entry.path.ends_with(b"/");
        self.block[TYPE] = match entry.kind {
            // A name that ends with a slash is all that tells them apart there.
            EntryKind::File if is_v7 && has_slash => {
                return self.cannot("files whose names end with a slash");
            }
            EntryKind::Directory if is_v7 && !has_slash => {
                return self.cannot("directories whose names do not end with a slash");
            }
            EntryKind::File | EntryKind::Directory if is_v7 => 0,
            EntryKind::CharDevice | EntryKind::BlockDevice | EntryKind::Fifo if is_v7 => {
                return self.cannot("devices and FIFOs");
            }
            EntryKind::File => b'0',
            EntryKind::HardLink => b'1',
            EntryKind::Symlink => b'2',
            EntryKind::CharDevice => b'3',
            EntryKind::BlockDevice => b'4',
            EntryKind::Directory => b'5',
            EntryKind::Fifo => b'6',
            EntryKind::Other(flag) => flag,
        };
        Ok(())
    }

    fn path(&mut self, path: &[u8]) -> Result<(), Unrepresentable> {
        let is_plain = !path.contains(&0);
        // A name that fills the field has no NUL after it, which the oldest programs rely on.
        let most = NAME.len() - usize::from(self.dialect == Dialect::V7);
        if path.len() <= most && is_plain {
            self.put(NAME, path);
            return Ok(());
        }
        if let (Dialect::Ustar | Dialect::Pax, true, Some(slash)) = (self.dialect, is_plain, halves(path)) {
            self.put(PREFIX, &path[..slash]);
            self.put(NAME, &path[slash + 1..]);
            return Ok(());
        }
        self.put(NAME, path);
        self.long(b'L', b"path", path, "a path like this")
    }

    fn link(&mut self, link: &[u8]) -> Result<(), Unrepresentable> {
        let most = LINK.len() - usize::from(self.dialect == Dialect::V7);
        self.put(LINK, link);
        if link.len() <= most && !link.contains(&0) {
            return Ok(());
        }
        self.long(b'K', b"linkpath", link, "the target of a link like this")
    }

    /// Text that is too long for its field.
    fn long(
        &mut self,
        gnu_type: u8,
        keyword: &[u8],
        text: &[u8],
        what: &'static str,
    ) -> Result<(), Unrepresentable> {
        match self.dialect {
            Dialect::Pax => self.record(keyword, text),
            Dialect::Gnu if !text.contains(&0) => {
                let data = [text, b"\0"].concat();
                extension(&mut self.extensions, Dialect::Gnu, gnu_type, GNU_NAME, &data);
            }
            _ => return self.cannot(what),
        }
        Ok(())
    }

    fn owner(
        &mut self,
        field: Field,
        keyword: &str,
        name: &[u8],
        what: &'static str,
    ) -> Result<(), Unrepresentable> {
        // These fields always end with a NUL.
        if name.len() < field.len() && !name.contains(&0) && (self.dialect != Dialect::V7 || name.is_empty())
        {
            self.put(field, name);
        } else if self.dialect == Dialect::Pax {
            self.record(keyword.as_bytes(), name);
        } else {
            return self.cannot(what);
        }
        Ok(())
    }

    fn modified(&mut self, time: Time) -> Result<(), Unrepresentable> {
        if time.nanoseconds == 0 {
            return self.number(MODIFIED, "mtime", time.seconds.into(), "a time like this");
        }
        if self.dialect != Dialect::Pax {
            return self.cannot("fractions of a second");
        }
        self.record(b"mtime", decimal(time).as_bytes());
        let whole = octal(time.seconds.into(), MODIFIED.len()).unwrap_or_else(|| octal_zero(MODIFIED.len()));
        self.put(MODIFIED, &whole);
        Ok(())
    }

    /// A number in octal; where that has too many digits, in binary or as a record. Records have no common
    /// keyword for a mode or the numbers of a device.
    fn number(
        &mut self,
        field: Field,
        keyword: &str,
        number: i128,
        what: &'static str,
    ) -> Result<(), Unrepresentable> {
        let digits = match (octal(number, field.len()), self.dialect) {
            (Some(digits), _) => digits,
            (None, Dialect::Gnu) => {
                binary(number, field.len()).ok_or(Unrepresentable { dialect: self.dialect, what })?
            }
            (None, Dialect::Pax) if !keyword.is_empty() => {
                self.record(keyword.as_bytes(), number.to_string().as_bytes());
                octal_zero(field.len())
            }
            (None, _) => return self.cannot(what),
        };
        self.put(field, &digits);
        Ok(())
    }

    /// Adds a PAX record, which begins with its own length.
    fn record(&mut self, keyword: &[u8], value: &[u8]) {
        let rest = keyword.len() + value.len() + " =\n".len();
        let mut length = rest;
        while length != rest + length.to_string().len() {
            length = rest + length.to_string().len();
        }
        self.records.extend_from_slice(format!("{length} ").as_bytes());
        self.records.extend_from_slice(keyword);
        self.records.push(b'=');
        self.records.extend_from_slice(value);
        self.records.push(b'\n');
    }

    /// As much of a text as its field has room for.
    fn put(&mut self, field: Field, text: &[u8]) {
        let length = text.len().min(field.len());
        self.block[field][..length].copy_from_slice(&text[..length]);
    }

    fn cannot<T>(&self, what: &'static str) -> Result<T, Unrepresentable> {
        Err(Unrepresentable { dialect: self.dialect, what })
    }
}

/// Adds an entry that says something about the next one.
fn extension(blocks: &mut Vec<u8>, dialect: Dialect, flag: u8, name: &[u8], data: &[u8]) {
    let entry = Entry {
        path: name.to_vec(),
        kind: EntryKind::Other(flag),
        mode: 0o644,
        size: data.len() as u64,
        ..Entry::default()
    };
    // It has a short name and small numbers, unless its data are larger than any memory.
    let _ = push(blocks, &entry, data, dialect);
}

/// Where a path comes apart into a prefix and a name that both fit: at the last slash that is possible.
fn halves(path: &[u8]) -> Option<usize> {
    let last = PREFIX.len().min(path.len().checked_sub(2)?);
    (1..=last).rev().find(|&at| path[at] == b'/').filter(|&at| path.len() - at - 1 <= NAME.len())
}

/// A number in octal digits that fill a field up to a NUL.
fn octal(number: i128, width: usize) -> Option<Vec<u8>> {
    let digits = format!("{:0width$o}", u64::try_from(number).ok()?, width = width - 1);
    (digits.len() < width).then(|| digits.into_bytes())
}

fn octal_zero(width: usize) -> Vec<u8> {
    vec![b'0'; width - 1]
}

/// A number in binary, as GNU tar has it: big-endian, and the first bit set.
fn binary(number: i128, width: usize) -> Option<Vec<u8>> {
    let bytes = number.to_be_bytes();
    let (rest, kept) = bytes.split_at(bytes.len() - width);
    let mut field = kept.to_vec();
    // The first byte tells only the sign.
    let (sign, first) = if number.is_negative() { (0xff, 0xff) } else { (0, 0x80) };
    let fits = rest.iter().all(|&byte| byte == sign) && field[0] == sign;
    field[0] = first;
    fits.then_some(field)
}

/// A time in decimal, without zeros at its end.
fn decimal(time: Time) -> String {
    const BILLION: u32 = 1_000_000_000;
    let (sign, seconds, nanoseconds) = match time.seconds {
        // Half a second before the epoch is -1 second and half a billion nanoseconds.
        ..0 => ("-", time.seconds.unsigned_abs() - 1, BILLION - time.nanoseconds),
        _ => ("", time.seconds.unsigned_abs(), time.nanoseconds),
    };
    format!("{sign}{seconds}.{nanoseconds:09}").trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests;
