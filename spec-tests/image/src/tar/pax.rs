//! PAX records (POSIX.1, `pax`, section "pax Extended Header"), and what they say of an entry.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::anomaly::{AnomalyKind, Noted, RecordFault};
use super::number::{decimal, time};
use super::sparse::SparseRecords;
use super::{Device, Time};
use crate::base64;

/// The records of one PAX header.
#[derive(Debug, Default)]
pub(super) struct Records {
    bytes: Vec<u8>,
    /// Where the data of the header start in the archive.
    offset: u64,
    list: Vec<Record>,
}

#[derive(Debug)]
struct Record {
    keyword: Range<usize>,
    value: Range<usize>,
}

impl Records {
    /// Reads the data of a PAX header. Nothing is read after a record whose end is not certain: what
    /// follows could be a part of its value.
    pub(super) fn parse(bytes: Vec<u8>, offset: u64, noted: &mut Noted) -> Records {
        let mut records = Records { bytes, offset, list: Vec::new() };
        let mut at = 0;
        while at < records.bytes.len() {
            match record(&records.bytes, at) {
                Ok((record, end, oddity)) => {
                    if let Some(fault) = oddity {
                        noted.note(offset + at as u64, AnomalyKind::Record(fault));
                    }
                    if oddity != Some(RecordFault::EmptyKeyword) {
                        records.list.push(record);
                    }
                    at = end;
                }
                Err(fault) => {
                    noted.note(offset + at as u64, AnomalyKind::Record(fault));
                    break;
                }
            }
        }
        records.note_repeated(noted);
        records
    }

    /// The keywords, the values, and where each record's keyword stands in the archive.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8], u64)> {
        self.list.iter().map(|record| {
            let at = self.offset + record.keyword.start as u64;
            (&self.bytes[record.keyword.clone()], &self.bytes[record.value.clone()], at)
        })
    }

    fn note_repeated(&self, noted: &mut Noted) {
        let keyword = |at: &usize| &self.bytes[self.list[*at].keyword.clone()];
        let mut order: Vec<usize> = (0..self.list.len()).collect();
        order.sort_by(|a, b| keyword(a).cmp(keyword(b)).then(a.cmp(b)));
        for pair in order.windows(2) {
            // In GNU's oldest form of sparse files these two stand once for each region.
            let is_list = matches!(keyword(&pair[1]), b"GNU.sparse.offset" | b"GNU.sparse.numbytes");
            if keyword(&pair[0]) == keyword(&pair[1]) && !is_list {
                let at = self.offset + self.list[pair[1]].keyword.start as u64;
                noted.note(at, AnomalyKind::RepeatedRecord);
            }
        }
    }
}

/// The record at `at`, where it ends, and what is odd about it although it can be read.
fn record(bytes: &[u8], at: usize) -> Result<(Record, usize, Option<RecordFault>), RecordFault> {
    let rest = &bytes[at..];
    if rest.iter().all(|&byte| byte == 0) {
        return Err(RecordFault::TrailingNuls);
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || rest.get(digits) != Some(&b' ') {
        return Err(RecordFault::Length);
    }
    let length = decimal(&rest[..digits]).and_then(|length| usize::try_from(length).ok());
    let length = length.filter(|&length| length <= rest.len()).ok_or(RecordFault::TooLong)?;
    if length < digits + 2 {
        return Err(RecordFault::TooShort);
    }
    let (text, end) = (at + digits + 1, at + length - 1);
    if bytes[end] != b'\n' {
        return Err(RecordFault::NoNewline);
    }
    let equals = bytes[text..end].iter().position(|&byte| byte == b'=').ok_or(RecordFault::NoEquals)?;
    let oddity = if equals == 0 {
        Some(RecordFault::EmptyKeyword)
    } else {
        (rest[0] == b'0').then_some(RecordFault::LeadingZeros)
    };
    Ok((Record { keyword: text..text + equals, value: text + equals + 1..end }, end + 1, oddity))
}

/// What records say of an entry. Later ones take the place of earlier ones; an empty value takes
/// back what an earlier one said.
#[derive(Debug, Default)]
pub(super) struct Extended<'r> {
    pub(super) path: Option<(&'r [u8], u64)>,
    pub(super) link: Option<(&'r [u8], u64)>,
    pub(super) size: Option<(u64, u64)>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
    pub(super) uname: Option<&'r [u8]>,
    pub(super) gname: Option<&'r [u8]>,
    pub(super) modified: Option<Time>,
    pub(super) major: Option<u32>,
    pub(super) minor: Option<u32>,
    pub(super) sparse: SparseRecords<'r>,
    pub(super) xattrs: BTreeMap<&'r [u8], &'r [u8]>,
    /// In libarchive's spelling, decoded.
    pub(super) encoded_xattrs: BTreeMap<Vec<u8>, (Vec<u8>, u64)>,
    /// Every other keyword.
    pub(super) others: BTreeMap<&'r [u8], &'r [u8]>,
}

impl<'r> Extended<'r> {
    /// Takes in one record; `at` is where its keyword stands in the archive.
    pub(super) fn apply(&mut self, keyword: &'r [u8], value: &'r [u8], at: u64, noted: &mut Noted) {
        let text = (!value.is_empty()).then_some(value);
        match keyword {
            b"path" => self.path = name("path", value, at, noted),
            b"linkpath" => self.link = name("linkpath", value, at, noted),
            b"size" => {
                if value.is_empty() {
                    noted.note(at, AnomalyKind::EmptyRecord("size"));
                }
                number(&mut self.size, value, |text| Some((decimal(text)?, at)), "size", at, noted);
            }
            b"uid" => number(&mut self.uid, value, decimal, "uid", at, noted),
            b"gid" => number(&mut self.gid, value, decimal, "gid", at, noted),
            b"uname" => self.uname = text,
            b"gname" => self.gname = text,
            b"mtime" => number(&mut self.modified, value, time, "mtime", at, noted),
            b"atime" | b"ctime" => {
                let word = if keyword == b"atime" { "atime" } else { "ctime" };
                number(&mut None, value, time, word, at, noted);
                self.others.insert(keyword, value);
            }
            b"SCHILY.devmajor" => number(&mut self.major, value, small, "SCHILY.devmajor", at, noted),
            b"SCHILY.devminor" => number(&mut self.minor, value, small, "SCHILY.devminor", at, noted),
            b"RHT.security.selinux" => drop(self.xattrs.insert(b"security.selinux", value)),
            _ => {
                if let Some(name) = keyword.strip_prefix(b"SCHILY.xattr.") {
                    self.xattrs.insert(name, value);
                } else if let Some(name) = keyword.strip_prefix(b"LIBARCHIVE.xattr.") {
                    match libarchive_value(value) {
                        Some(value) => drop(self.encoded_xattrs.insert(percent_decoded(name), (value, at))),
                        None => noted.note(at, AnomalyKind::RecordNumber("LIBARCHIVE.xattr")),
                    }
                } else if !self.sparse.apply(keyword, value, at, noted) {
                    self.others.insert(keyword, value);
                }
            }
        }
    }

    /// The extended attributes, in whatever spelling they are given.
    pub(super) fn all_xattrs(&mut self, noted: &mut Noted) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut all: BTreeMap<Vec<u8>, Vec<u8>> =
            self.xattrs.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        for (name, (value, at)) in std::mem::take(&mut self.encoded_xattrs) {
            let known = all.entry(name).or_insert_with(|| value.clone());
            if *known != value {
                noted.note(at, AnomalyKind::TwoXattrs);
            }
        }
        all
    }

    /// The numbers of a device, where records give them.
    pub(super) fn device(&self, header: Device) -> Device {
        Device { major: self.major.unwrap_or(header.major), minor: self.minor.unwrap_or(header.minor) }
    }
}

fn name<'r>(word: &'static str, value: &'r [u8], at: u64, noted: &mut Noted) -> Option<(&'r [u8], u64)> {
    if value.is_empty() {
        noted.note(at, AnomalyKind::EmptyRecord(word));
        return None;
    }
    if value.contains(&0) {
        noted.note(at, AnomalyKind::NulInName(word));
    }
    Some((value, at))
}

fn number<T>(
    slot: &mut Option<T>,
    value: &[u8],
    read: impl FnOnce(&[u8]) -> Option<T>,
    word: &'static str,
    at: u64,
    noted: &mut Noted,
) {
    if value.is_empty() {
        *slot = None;
    } else if let Some(number) = read(value) {
        *slot = Some(number);
    } else {
        noted.note(at, AnomalyKind::RecordNumber(word));
    }
}

fn small(text: &[u8]) -> Option<u32> {
    decimal(text)?.try_into().ok()
}

/// libarchive writes base 64 without padding.
fn libarchive_value(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let padded: Cow<'_, str> = match text.len() % 4 {
        0 => text.into(),
        more => format!("{text}{}", &"==="[..4 - more]).into(),
    };
    base64::decode(&padded).ok().map(|decoded| decoded.bytes)
}

/// A name with `%XX` for the bytes that a keyword cannot have.
fn percent_decoded(name: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        let hex = name.get(at + 1..at + 3).filter(|_| name[at] == b'%');
        let byte = hex
            .filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        decoded.push(byte.unwrap_or(name[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    decoded
}
