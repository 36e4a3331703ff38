//! Sparse files: which parts of them an archive holds.

use super::BLOCK;
use super::anomaly::{AnomalyKind, Noted};
use super::number::{self, decimal};

/// What an archive says of a sparse file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparse {
    /// How the map is written.
    pub form: SparseForm,
    /// The parts that have data, as they are written: the data of one follow those of the one before.
    /// Everything else of the file is zeros.
    pub regions: Vec<Region>,
}

/// A part of a sparse file that has data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// Where it starts in the file.
    pub offset: u64,
    /// How many bytes it has.
    pub length: u64,
}

impl Region {
    /// Where it ends in the file.
    pub const fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

/// The ways to write the map of a sparse file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SparseForm {
    /// In the header and in blocks after it (type `S`).
    Gnu,
    /// In PAX records, two for each region.
    Pax00,
    /// In one PAX record.
    Pax01,
    /// Before the data, with PAX records saying so.
    Pax10,
}

/// What the PAX records of a sparse file say.
#[derive(Debug, Default)]
pub(super) struct SparseRecords<'r> {
    pub(super) name: Option<&'r [u8]>,
    pub(super) real_size: Option<u64>,
    major: Option<u64>,
    minor: Option<u64>,
    count: Option<u64>,
    map: Option<&'r [u8]>,
    offsets: Vec<u64>,
    lengths: Vec<u64>,
    /// Where the first record stands.
    at: Option<u64>,
    is_malformed: bool,
}

/// What is left to do for the map.
pub(super) enum Map {
    /// It is complete.
    Whole(SparseForm, Vec<Region>),
    /// It stands before the data.
    InData,
}

impl<'r> SparseRecords<'r> {
    /// Takes in a record if it is one of a sparse file.
    pub(super) fn apply(&mut self, keyword: &[u8], value: &'r [u8], at: u64, noted: &mut Noted) -> bool {
        let number = decimal(value);
        let name = match keyword {
            b"SCHILY.realsize" => &b"realsize"[..],
            _ => match keyword.strip_prefix(b"GNU.sparse.") {
                Some(name) => name,
                None => return false,
            },
        };
        match name {
            b"name" => self.name = (!value.is_empty()).then_some(value),
            b"map" => self.map = Some(value),
            b"size" | b"realsize" => self.real_size = number,
            b"major" => self.major = number,
            b"minor" => self.minor = number,
            b"numblocks" => self.count = number,
            b"offset" => self.offsets.extend(number),
            b"numbytes" => self.lengths.extend(number),
            _ => return false,
        }
        self.at.get_or_insert(at);
        if number.is_none() && !matches!(name, b"name" | b"map") {
            self.is_malformed = true;
            noted.note(at, AnomalyKind::RecordNumber("number of a sparse file"));
        }
        true
    }

    /// Where the map of the file is; `None` if it is not sparse.
    pub(super) fn map(&self, noted: &mut Noted) -> Option<Map> {
        let at = self.at?;
        let map = if self.is_malformed || self.real_size.is_none() { None } else { self.written() };
        if map.is_none() {
            noted.note(at, AnomalyKind::SparseRecords);
        }
        map
    }

    /// Notes that there are such records, although nothing asks them for a map.
    pub(super) fn note_unused(&self, noted: &mut Noted) {
        if let Some(at) = self.at {
            noted.note(at, AnomalyKind::SparseRecords);
        }
    }

    fn written(&self) -> Option<Map> {
        if let Some(major) = self.major {
            return (major == 1 && self.minor == Some(0)).then_some(Map::InData);
        }
        let (form, regions) = match self.map {
            Some(map) => (SparseForm::Pax01, regions_of(map)?),
            None if self.offsets.len() == self.lengths.len() => {
                let regions = self.offsets.iter().zip(&self.lengths);
                let regions = regions.map(|(&offset, &length)| Region { offset, length });
                (SparseForm::Pax00, regions.collect())
            }
            None => return None,
        };
        (self.count == Some(regions.len() as u64)).then_some(Map::Whole(form, regions))
    }
}

/// The map in one record: offsets and lengths in turn, with commas between.
fn regions_of(map: &[u8]) -> Option<Vec<Region>> {
    let mut numbers = map.split(|&byte| byte == b',').filter(|_| !map.is_empty()).map(decimal);
    let mut regions = Vec::new();
    while let Some(offset) = numbers.next() {
        regions.push(Region { offset: offset?, length: numbers.next()?? });
    }
    Some(regions)
}

/// Where the map stands in the two kinds of blocks that GNU's own form has it in, how many regions
/// there are at most, and where the byte is that says whether another block follows.
pub(super) struct GnuMap {
    start: usize,
    count: usize,
    more: usize,
}

pub(super) const IN_HEADER: GnuMap = GnuMap { start: 386, count: 4, more: 482 };
pub(super) const IN_EXTENSION: GnuMap = GnuMap { start: 0, count: 21, more: 504 };

impl GnuMap {
    /// Adds the regions of a block, and says whether another block follows. `None` if a number is
    /// malformed.
    pub(super) fn read(&self, block: &[u8; BLOCK], regions: &mut Vec<Region>) -> Option<bool> {
        let fields = block[self.start..].chunks_exact(24).take(self.count);
        for field in fields.take_while(|field| field[12] != 0) {
            let read = |bytes: &[u8]| {
                let number = number::field(bytes);
                u64::try_from(number.value).ok().filter(|_| number.oddity.is_none())
            };
            regions.push(Region { offset: read(&field[..12])?, length: read(&field[12..])? });
        }
        Some(block[self.more] != 0)
    }
}

/// Reads the map that stands before the data: a count, and that many offsets and lengths, each on a
/// line of its own. Fed byte by byte, so that it never needs more than it has been given.
#[derive(Debug, Default)]
pub(super) struct LineMap {
    digits: Option<u64>,
    count: Option<u64>,
    offset: Option<u64>,
    pub(super) regions: Vec<Region>,
}

impl LineMap {
    /// Takes the next byte, and says whether the map is complete. `None` if it is malformed.
    pub(super) fn feed(&mut self, byte: u8) -> Option<bool> {
        if byte.is_ascii_digit() {
            let value = self.digits.unwrap_or(0).checked_mul(10)?;
            self.digits = Some(value.checked_add(u64::from(byte - b'0'))?);
            return Some(false);
        }
        let number = self.digits.take().filter(|_| byte == b'\n')?;
        match (self.count, self.offset.take()) {
            (None, _) => self.count = Some(number),
            (Some(_), None) => self.offset = Some(number),
            (Some(_), Some(offset)) => self.regions.push(Region { offset, length: number }),
        }
        Some(self.count == Some(self.regions.len() as u64) && self.offset.is_none())
    }

    /// How many regions are announced.
    pub(super) fn count(&self) -> u64 {
        self.count.unwrap_or(0)
    }
}

/// Notes what is wrong with the regions of a file of `size` bytes of which `stored` are there.
pub(super) fn check(regions: &[Region], size: u64, stored: u64, at: u64, noted: &mut Noted) {
    if !is_ordered(regions) {
        noted.note(at, AnomalyKind::SparseOrder);
    }
    if regions.iter().any(|region| region.end() > size) {
        noted.note(at, AnomalyKind::SparseBeyondEnd);
    }
    let sum = regions.iter().fold(0u64, |sum, region| sum.saturating_add(region.length));
    if sum != stored {
        noted.note(at, AnomalyKind::SparseData);
    }
}

/// Whether no region starts before the one before it ends.
pub(super) fn is_ordered(regions: &[Region]) -> bool {
    regions.windows(2).all(|pair| pair[0].end() <= pair[1].offset)
}
