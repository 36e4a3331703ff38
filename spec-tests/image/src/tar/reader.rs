//! Going through an archive.

mod headers;

use std::collections::BTreeMap;
use std::io::BufRead;

use super::anomaly::{Anomaly, AnomalyKind, Noted};
use super::error::{Error, ErrorKind, Limits};
use super::header::{self, Header, is_zero, until_nul};
use super::pax::Records;
use super::source::{Data, Source};
use super::sparse::Sparse;
use super::{BLOCK, Dialect, Entry};

/// Goes through an archive from front to back. It never seeks, and holds no more than the headers of
/// one entry.
#[derive(Debug)]
pub struct Reader<R> {
    source: Source<R>,
    limits: Limits,
    member: Member,
    /// How many entries there were.
    entries: u64,
    /// What the current entry's data still have.
    unread: u64,
    /// How many bytes pad them to a whole block.
    padding: u64,
    /// The records of global headers.
    global: BTreeMap<Vec<u8>, (Vec<u8>, u64)>,
    noted: Noted,
    end: Option<End>,
}

/// An entry of an archive: what it says, where it stands, and what is odd about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// What it says.
    pub entry: Entry,
    /// Where it stands.
    pub position: Position,
    /// How it is written.
    pub dialect: Dialect,
    /// How many bytes of its content the archive holds: fewer than [`Entry::size`] for a sparse file.
    pub stored: u64,
    /// Which parts of it those are, if it is a sparse file.
    pub sparse: Option<Sparse>,
    /// The PAX records that [`Entry`] has no field for, those of global headers included.
    pub records: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What is odd about its headers, and about what stands between it and the entry before.
    pub anomalies: Vec<Anomaly>,
}

/// Where an entry stands in its archive, in bytes from the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// How many entries there are before it.
    pub index: u64,
    /// Its first block: that of the first extension header, if it has any.
    pub start: u64,
    /// Its own header.
    pub header: u64,
    /// Its data.
    pub data: u64,
}

/// An entry while its data can be read.
#[derive(Debug)]
pub struct Item<'r, R> {
    /// The entry.
    pub member: &'r Member,
    /// Its data.
    pub data: Data<'r, R>,
}

/// How an archive ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct End {
    /// Where the block of zeros is that ends it; `None` if there is none.
    pub marker: Option<u64>,
    /// How many entries it has.
    pub entries: u64,
    /// How many bytes there are, the end marker and everything after it included.
    pub bytes: u64,
    /// What is odd about the end.
    pub anomalies: Vec<Anomaly>,
}

impl End {
    /// Whether something other than zeros follows the end.
    pub fn has_rest(&self) -> bool {
        let is_rest = |kind: &AnomalyKind| {
            matches!(
                kind,
                AnomalyKind::LoneZeroBlock | AnomalyKind::EntriesAfterEnd | AnomalyKind::JunkAfterEnd
            )
        };
        self.anomalies.iter().any(|anomaly| is_rest(&anomaly.kind))
    }
}

/// What is kept of extension headers until the entry comes that they are for.
#[derive(Debug, Default)]
struct Pending {
    start: Option<u64>,
    records: Option<Records>,
    long_name: Option<(Vec<u8>, u64)>,
    long_link: Option<(Vec<u8>, u64)>,
}

impl<R: BufRead> Reader<R> {
    /// An archive that starts where `source` stands.
    pub fn new(source: R, limits: Limits) -> Self {
        Reader {
            source: Source { inner: source, at: 0 },
            limits,
            member: Member::default(),
            entries: 0,
            unread: 0,
            padding: 0,
            global: BTreeMap::new(),
            noted: Noted::default(),
            end: None,
        }
    }

    /// The next entry; `None` at the end. What is unread of the data of the one before is skipped.
    ///
    /// After the end everything that the source still has is read, so that nothing behind an
    /// archive stays unseen.
    ///
    /// # Errors
    ///
    /// The archive cannot be read any further; there is no next entry then.
    pub fn next_member(&mut self) -> Result<Option<Item<'_, R>>, Error> {
        if self.end.is_some() {
            return Ok(None);
        }
        match self.advance() {
            Ok(true) => Ok(Some(Item {
                member: &self.member,
                data: Data { source: &mut self.source, unread: &mut self.unread },
            })),
            Ok(false) => Ok(None),
            Err(error) => {
                self.finish(None);
                Err(error)
            }
        }
    }

    /// How the archive ends, once [`Reader::next_member`] has come to the end or has failed.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The source, standing wherever the reader stopped.
    pub fn into_inner(self) -> R {
        self.source.inner
    }

    fn advance(&mut self) -> Result<bool, Error> {
        self.skip_data()?;
        let mut pending = Pending::default();
        loop {
            let at = self.source.at;
            let Some(block) = self.source.block()? else {
                self.note_dangling(&pending);
                self.noted.note(at, AnomalyKind::MissingEnd);
                self.finish(None);
                return Ok(false);
            };
            let header = Header(&block);
            let written = header.number(header::CHECKSUM).value;
            let sum = header.sum();
            if written != i128::from(sum) {
                if header.is_zero() {
                    self.note_dangling(&pending);
                    self.read_after_end(at)?;
                    return Ok(false);
                }
                if written != i128::from(header.signed_sum()) {
                    let wanted = u32::try_from(written).unwrap_or(u32::MAX);
                    return Err(Error { offset: at, kind: ErrorKind::Checksum { found: sum, wanted } });
                }
                self.noted.note(at + header::CHECKSUM.start as u64, AnomalyKind::SignedChecksum);
            }
            pending.start.get_or_insert(at);
            match header.type_flag() {
                b'x' | b'X' | b'g' | b'L' | b'K' => self.extension(header, at, &mut pending)?,
                _ => {
                    self.entry(header, at, &pending)?;
                    self.entries += 1;
                    return Ok(true);
                }
            }
        }
    }

    /// Goes to the block after the current entry's data.
    fn skip_data(&mut self) -> Result<(), Error> {
        self.source.skip(self.unread)?;
        self.unread = 0;
        let at = self.source.at;
        let padding = std::mem::take(&mut self.padding);
        let mut is_blank = true;
        if self.source.pass(padding, |bytes| is_blank &= is_zero(bytes))? < padding {
            self.noted.note(self.source.at, AnomalyKind::MissingPadding);
        }
        if !is_blank {
            self.noted.note(at, AnomalyKind::Padding);
        }
        Ok(())
    }

    /// Reads an extension header.
    fn extension(&mut self, header: Header<'_>, at: u64, pending: &mut Pending) -> Result<(), Error> {
        let flag = header.type_flag();
        let is_pax = !matches!(flag, b'L' | b'K');
        let limit = if is_pax { self.limits.pax } else { self.limits.name };
        let (size, _) = self.size(header, at, None)?;
        // One byte more, for the NUL that ends a name.
        if size > limit as u64 + u64::from(!is_pax) {
            let kind = if is_pax { ErrorKind::LargePax(limit) } else { ErrorKind::LongName(limit) };
            return Err(Error { offset: at, kind });
        }
        let magic = if is_pax { Dialect::Ustar } else { Dialect::Gnu };
        if header.dialect() != magic {
            self.noted.note(at, AnomalyKind::ExtensionMagic);
        }
        self.note_version(header, at);
        let offset = self.source.at;
        let mut data = vec![0; size as usize];
        if self.source.fill(&mut data)? < data.len() {
            return Err(Error { offset, kind: ErrorKind::TruncatedData });
        }
        self.padding = padding_of(size);
        self.skip_data()?;
        let is_repeated = match flag {
            b'L' => pending.long_name.replace((self.long_name(data, offset), offset)).is_some(),
            b'K' => pending.long_link.replace((self.long_name(data, offset), offset)).is_some(),
            b'g' => {
                self.noted.note(at, AnomalyKind::GlobalHeader);
                let records = Records::parse(data, offset, &mut self.noted);
                self.global_records(&records, at)?;
                false
            }
            _ => {
                if flag == b'X' {
                    self.noted.note(at, AnomalyKind::SolarisHeader);
                }
                pending.records.replace(Records::parse(data, offset, &mut self.noted)).is_some()
            }
        };
        if is_repeated {
            self.noted.note(at, AnomalyKind::RepeatedExtension(flag));
        }
        let has_long = pending.long_name.is_some() || pending.long_link.is_some();
        let completes_mix = if is_pax { flag != b'g' && has_long } else { pending.records.is_some() };
        if completes_mix {
            self.noted.note(at, AnomalyKind::MixedExtensions);
        }
        Ok(())
    }

    /// The name in the data of a GNU header: up to the NUL that ends it.
    fn long_name(&mut self, mut data: Vec<u8>, offset: u64) -> Vec<u8> {
        let length = until_nul(&data).len();
        if length == 0 {
            self.noted.note(offset, AnomalyKind::EmptyLongName);
        } else if length == data.len() {
            self.noted.note(offset, AnomalyKind::UnterminatedLongName);
        } else if length + 1 < data.len() {
            self.noted.note(offset + length as u64 + 1, AnomalyKind::BytesAfterLongName);
        }
        data.truncate(length);
        data
    }

    fn global_records(&mut self, records: &Records, at: u64) -> Result<(), Error> {
        for (keyword, value, offset) in records.iter() {
            self.global.insert(keyword.to_vec(), (value.to_vec(), offset));
        }
        let size: usize = self.global.iter().map(|(keyword, (value, _))| keyword.len() + value.len()).sum();
        if size > self.limits.pax {
            return Err(Error { offset: at, kind: ErrorKind::LargePax(self.limits.pax) });
        }
        Ok(())
    }

    fn note_dangling(&mut self, pending: &Pending) {
        if let Some(start) = pending.start {
            self.noted.note(start, AnomalyKind::DanglingExtension);
        }
    }

    /// Reads what comes after the first block of zeros. POSIX.1 wants two; readers stop at the first.
    fn read_after_end(&mut self, marker: u64) -> Result<(), Error> {
        let mut first = true;
        let mut found = None;
        loop {
            let at = self.source.at;
            let mut block = [0; BLOCK];
            let length = self.source.fill(&mut block)?;
            if length == 0 {
                break;
            }
            if found != Some(true) && !is_zero(&block) {
                if first {
                    self.noted.note(at, AnomalyKind::LoneZeroBlock);
                }
                match (length == BLOCK && Header(&block).is_header(), found) {
                    (true, _) => {
                        self.noted.note(at, AnomalyKind::EntriesAfterEnd);
                        found = Some(true);
                    }
                    (false, None) => {
                        self.noted.note(at, AnomalyKind::JunkAfterEnd);
                        found = Some(false);
                    }
                    (false, Some(_)) => {}
                }
            }
            first = false;
        }
        if first {
            self.noted.note(marker, AnomalyKind::ShortEnd);
        }
        self.finish(Some(marker));
        Ok(())
    }

    fn finish(&mut self, marker: Option<u64>) {
        let mut end = End { marker, entries: self.entries, bytes: self.source.at, anomalies: Vec::new() };
        self.noted.drain_into(&mut end.anomalies);
        self.end = Some(end);
    }
}

fn padding_of(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}
