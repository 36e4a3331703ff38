//! Going through an archive.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use super::anomaly::{Anomaly, AnomalyKind, Noted};
use super::error::{Error, ErrorKind, Limits};
use super::header::{self, Header, is_zero, until_nul};
use super::number::{Number, Oddity};
use super::pax::{Extended, Records};
use super::sparse::{self, LineMap, Map, Region, Sparse, SparseForm};
use super::{BLOCK, Device, Dialect, Entry, EntryKind, Time};

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
    padding: usize,
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

/// The data of an entry, as they are stored. What is not read is skipped.
#[derive(Debug)]
pub struct Data<'r, R> {
    source: &'r mut Source<R>,
    unread: &'r mut u64,
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
            let (unsigned, signed) = header.sums();
            if written != i128::from(unsigned) {
                if header.is_zero() {
                    self.note_dangling(&pending);
                    self.read_after_end(at)?;
                    return Ok(false);
                }
                if written != i128::from(signed) {
                    let wanted = u32::try_from(written).unwrap_or(u32::MAX);
                    return Err(Error { offset: at, kind: ErrorKind::Checksum { found: unsigned, wanted } });
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
        let start = self.source.at;
        self.source.skip(self.unread)?;
        self.unread = 0;
        let mut padding = [0; BLOCK];
        let padding = &mut padding[..std::mem::take(&mut self.padding)];
        let at = self.source.at;
        if self.source.fill(padding)? < padding.len() {
            return Err(Error { offset: start, kind: ErrorKind::TruncatedData });
        }
        if !is_zero(padding) {
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
        } else if length + 1 < data.len() && !is_zero(&data[length..]) {
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

    /// Reads the header of an entry itself.
    fn entry(&mut self, header: Header<'_>, at: u64, pending: &Pending) -> Result<(), Error> {
        let index = self.entries;
        if index >= self.limits.entries {
            return Err(Error { offset: at, kind: ErrorKind::TooManyEntries(self.limits.entries) });
        }
        // Taken out, so that what it borrows from does not block the rest.
        let global = std::mem::take(&mut self.global);
        let mut extended = Extended::default();
        for (keyword, (value, offset)) in &global {
            extended.apply(keyword, value, *offset, &mut self.noted);
        }
        for (keyword, value, offset) in pending.records.iter().flat_map(Records::iter) {
            extended.apply(keyword, value, offset, &mut self.noted);
        }
        let start = pending.start.unwrap_or(at);
        self.member.position = Position { index, start, header: at, data: self.source.at };
        self.member.dialect = match header.dialect() {
            _ if pending.records.is_some() || !global.is_empty() => Dialect::Pax,
            _ if pending.long_name.is_some() || pending.long_link.is_some() => Dialect::Gnu,
            dialect => dialect,
        };
        let result = self.entry_with(header, at, pending, &mut extended);
        drop(extended);
        self.global = global;
        result
    }

    fn entry_with(
        &mut self,
        header: Header<'_>,
        at: u64,
        pending: &Pending,
        extended: &mut Extended<'_>,
    ) -> Result<(), Error> {
        self.note_magic(header, at);
        let flag = header.type_flag();
        let (size, size_at) = self.size(header, at, extended.size)?;
        self.names(header, at, pending, extended)?;
        let name_has_slash = self.member.entry.path.ends_with(b"/");
        let kind = match flag {
            b'0' | 0 if name_has_slash => {
                self.noted.note(at, AnomalyKind::FileWithSlash(size));
                EntryKind::Directory
            }
            b'0' | 0 | b'7' | b'S' => EntryKind::File,
            b'1' => EntryKind::HardLink,
            b'2' => EntryKind::Symlink,
            b'3' => EntryKind::CharDevice,
            b'4' => EntryKind::BlockDevice,
            b'5' => EntryKind::Directory,
            b'6' => EntryKind::Fifo,
            flag => {
                self.noted.note(at + 156, AnomalyKind::TypeFlag(flag));
                EntryKind::Other(flag)
            }
        };
        let has_data = !matches!(flag, b'1'..=b'6');
        if !has_data && size > 0 {
            self.noted.note(size_at, AnomalyKind::SizeWithoutData(size));
        }
        let is_device = matches!(kind, EntryKind::CharDevice | EntryKind::BlockDevice);
        if !matches!(kind, EntryKind::Symlink | EntryKind::HardLink) {
            self.member.entry.link.clear();
        }
        let entry = &mut self.member.entry;
        entry.kind = kind;
        entry.size = if has_data { size } else { 0 };
        let mut noted = std::mem::take(&mut self.noted);
        let mut number = |field: header::Field| number(header, at, field, &mut noted);
        entry.mode = (number(header::MODE).value & 0o7777) as u32;
        let (uid, gid) = (number(header::UID), number(header::GID));
        let modified = number(header::MTIME);
        let device = is_device.then(|| [number(header::MAJOR), number(header::MINOR)]);
        let mut bounded = Bounded { at, noted: &mut noted };
        entry.uid = extended.uid.unwrap_or_else(|| bounded.or_zero(uid, header::UID));
        entry.gid = extended.gid.unwrap_or_else(|| bounded.or_zero(gid, header::GID));
        entry.modified = extended
            .modified
            .unwrap_or_else(|| Time { seconds: bounded.or_zero(modified, header::MTIME), nanoseconds: 0 });
        entry.device = device.map_or(Device::default(), |[major, minor]| {
            extended.device(Device {
                major: bounded.or_zero(major, header::MAJOR),
                minor: bounded.or_zero(minor, header::MINOR),
            })
        });
        entry.xattrs = extended.all_xattrs(&mut noted);
        self.member.records =
            extended.others.iter().map(|(keyword, value)| (keyword.to_vec(), value.to_vec())).collect();
        self.noted = noted;

        self.member.stored = self.member.entry.size;
        self.padding = padding_of(self.member.stored);
        self.member.sparse = None;
        if kind == EntryKind::File {
            self.sparse(header, at, extended)?;
        }
        self.unread = self.member.stored;
        self.member.anomalies.clear();
        self.noted.drain_into(&mut self.member.anomalies);
        Ok(())
    }

    fn note_version(&mut self, header: Header<'_>, at: u64) {
        if header.dialect() == Dialect::Ustar && header.bytes(header::VERSION) != b"00" {
            self.noted.note(at + header::VERSION.start as u64, AnomalyKind::Version);
        }
    }

    fn note_magic(&mut self, header: Header<'_>, at: u64) {
        self.note_version(header, at);
        if header.has_unused_prefix() {
            self.noted.note(at + header::PREFIX.start as u64, AnomalyKind::UnusedPrefix);
        }
        if header.type_flag() == b'S' && header.dialect() != Dialect::Gnu {
            self.noted.note(at, AnomalyKind::ExtensionMagic);
        }
    }

    /// The size that holds, and where it is written. Without a size nobody knows where the next
    /// header is, so that a malformed one is an error.
    fn size(&mut self, header: Header<'_>, at: u64, record: Option<(u64, u64)>) -> Result<(u64, u64), Error> {
        let field = at + header::SIZE.start as u64;
        let written = header.number(header::SIZE);
        let error = Error { offset: field, kind: ErrorKind::Size };
        match written.oddity {
            Some(Oddity::Junk) if record.is_none() => return Err(error),
            Some(Oddity::Junk) => self.noted.note(field, AnomalyKind::NumberJunk("size")),
            Some(Oddity::ReservedLeadByte) => {
                self.noted.note(field, AnomalyKind::ReservedLeadByte("size"));
            }
            Some(Oddity::Blank) if record.is_none() && matches!(header.type_flag(), b'0' | 0) => {
                self.noted.note(field, AnomalyKind::BlankSize);
            }
            Some(Oddity::Blank) | None => {}
        }
        const LARGEST_OCTAL: u64 = 0o77_777_777_777;
        let header_size = u64::try_from(written.value).ok();
        if let (Some((pax, offset)), Some(size)) = (record, header_size)
            && pax != size
            && pax <= LARGEST_OCTAL
        {
            self.noted.note(offset, AnomalyKind::TwoSizes { header: size, pax });
        }
        let (size, offset) = match record {
            Some((size, offset)) => (Some(size), offset),
            None => (header_size, field),
        };
        match size.filter(|&size| size <= i64::MAX as u64) {
            Some(size) => Ok((size, offset)),
            None => Err(error),
        }
    }

    /// The path, the link, and the names of owner and group.
    fn names(
        &mut self,
        header: Header<'_>,
        at: u64,
        pending: &Pending,
        extended: &Extended<'_>,
    ) -> Result<(), Error> {
        let Entry { path, link, uname, gname, .. } = &mut self.member.entry;
        for field in [&mut *path, link, uname, gname] {
            field.clear();
        }
        let long = |long: &Option<(Vec<u8>, u64)>| {
            long.as_ref().map(|(name, _)| name.clone()).filter(|name| !name.is_empty())
        };
        let (long_name, long_link) = (long(&pending.long_name), long(&pending.long_link));
        if let (Some((pax, offset)), Some(long)) = (extended.path, &long_name)
            && pax != long.as_slice()
        {
            self.noted.note(offset, AnomalyKind::TwoPaths);
        }
        if let (Some((pax, offset)), Some(long)) = (extended.link, &long_link)
            && pax != long.as_slice()
        {
            self.noted.note(offset, AnomalyKind::TwoLinks);
        }
        // The name of a sparse file stands in a record of its own, so that readers that do not know
        // sparse files make something else of it.
        if let Some(name) = extended.sparse.name.or(extended.path.map(|(path, _)| path)) {
            path.extend_from_slice(name);
        } else if let Some(name) = long_name {
            *path = name;
        } else {
            if header.dialect() == Dialect::Ustar && !header.prefix().is_empty() {
                path.extend_from_slice(header.prefix());
                path.push(b'/');
            }
            path.extend_from_slice(header.text(header::NAME));
        }
        match (extended.link, long_link) {
            (Some((target, _)), _) => link.extend_from_slice(target),
            (None, Some(target)) => *link = target,
            (None, None) => link.extend_from_slice(header.text(header::LINK)),
        }
        if path.len().max(link.len()) > self.limits.name {
            return Err(Error { offset: at, kind: ErrorKind::LongName(self.limits.name) });
        }
        let has_names = header.dialect() != Dialect::V7;
        let text = |field| if has_names { header.text(field) } else { b"" };
        uname.extend_from_slice(extended.uname.unwrap_or_else(|| text(header::UNAME)));
        gname.extend_from_slice(extended.gname.unwrap_or_else(|| text(header::GNAME)));
        Ok(())
    }

    /// Reads the map of a sparse file, wherever it is.
    fn sparse(&mut self, header: Header<'_>, at: u64, extended: &Extended<'_>) -> Result<(), Error> {
        let is_gnu = header.type_flag() == b'S';
        let (form, regions, real_size) = if is_gnu {
            let regions = self.gnu_map(header.0, at)?;
            let written = u64::try_from(header.number(header::GNU_REAL_SIZE).value).ok();
            let Some(size) = extended.sparse.real_size.or(written) else {
                return Err(Error { offset: at, kind: ErrorKind::SparseMap });
            };
            (SparseForm::Gnu, regions, size)
        } else {
            let (map, size) = match (extended.sparse.map(&mut self.noted), extended.sparse.real_size) {
                (Some(map), Some(size)) => (map, size),
                _ => return Ok(()),
            };
            match map {
                Map::Whole(form, regions) => (form, regions, size),
                Map::InData => (SparseForm::Pax10, self.map_before_data(at)?, size),
            }
        };
        if regions.len() > self.limits.regions {
            return Err(Error { offset: at, kind: ErrorKind::TooManyRegions(self.limits.regions) });
        }
        if real_size > i64::MAX as u64 {
            return Err(Error { offset: at, kind: ErrorKind::Size });
        }
        self.member.position.data = self.source.at;
        sparse::check(&regions, real_size, self.member.stored, at, &mut self.noted);
        self.member.entry.size = real_size;
        self.member.sparse = Some(Sparse { form, regions });
        Ok(())
    }

    fn gnu_map(&mut self, block: &[u8; BLOCK], at: u64) -> Result<Vec<Region>, Error> {
        let malformed = |offset| Error { offset, kind: ErrorKind::SparseMap };
        let mut regions = Vec::new();
        let mut more = sparse::IN_HEADER.read(block, &mut regions).ok_or_else(|| malformed(at))?;
        while more {
            let at = self.source.at;
            let truncated = Error { offset: at, kind: ErrorKind::TruncatedHeader };
            let block = self.source.block()?.ok_or(truncated)?;
            more = sparse::IN_EXTENSION.read(&block, &mut regions).ok_or_else(|| malformed(at))?;
            if regions.len() > self.limits.regions {
                return Err(Error { offset: at, kind: ErrorKind::TooManyRegions(self.limits.regions) });
            }
        }
        Ok(regions)
    }

    /// Reads the map that stands before the data, in whole blocks.
    fn map_before_data(&mut self, at: u64) -> Result<Vec<Region>, Error> {
        let mut map = LineMap::default();
        loop {
            let offset = self.source.at;
            let malformed = || Error { offset, kind: ErrorKind::SparseMap };
            let left = self.member.stored.checked_sub(BLOCK as u64).ok_or_else(malformed)?;
            let truncated = Error { offset, kind: ErrorKind::TruncatedData };
            let block = self.source.block()?.ok_or(truncated)?;
            self.member.stored = left;
            for byte in block {
                let is_whole = map.feed(byte).ok_or_else(malformed)?;
                if map.count() > self.limits.regions as u64 {
                    return Err(Error { offset: at, kind: ErrorKind::TooManyRegions(self.limits.regions) });
                }
                if is_whole {
                    return Ok(map.regions);
                }
            }
        }
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

fn padding_of(size: u64) -> usize {
    (size.next_multiple_of(BLOCK as u64) - size) as usize
}

/// A number of a header, with a note of what is odd about it.
fn number(header: Header<'_>, at: u64, field: header::Field, noted: &mut Noted) -> Number {
    let number = header.number(field);
    let offset = at + field.start as u64;
    match number.oddity {
        Some(Oddity::Junk) => noted.note(offset, AnomalyKind::NumberJunk(field.name)),
        Some(Oddity::ReservedLeadByte) => noted.note(offset, AnomalyKind::ReservedLeadByte(field.name)),
        Some(Oddity::Blank) | None => {}
    }
    number
}

/// Brings numbers of a header into the range of their type.
struct Bounded<'n> {
    at: u64,
    noted: &'n mut Noted,
}

impl Bounded<'_> {
    fn or_zero<T: TryFrom<i128> + Default>(&mut self, number: Number, field: header::Field) -> T {
        T::try_from(number.value).unwrap_or_else(|_| {
            self.noted.note(self.at + field.start as u64, AnomalyKind::NumberRange(field.name));
            T::default()
        })
    }
}

impl<R: BufRead> Read for Data<'_, R> {
    /// # Errors
    ///
    /// The archive cannot be read, or ends within the data.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(*self.unread).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let length = self.source.inner.read(&mut buffer[..wanted])?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.source.at += length as u64;
        *self.unread -= length as u64;
        Ok(length)
    }
}

/// Counts the bytes that are read.
#[derive(Debug)]
struct Source<R> {
    inner: R,
    at: u64,
}

impl<R: BufRead> Source<R> {
    /// The next block; `None` at the end.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        let at = self.at;
        let mut block = [0; BLOCK];
        match self.fill(&mut block)? {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(Error { offset: at, kind: ErrorKind::TruncatedHeader }),
        }
    }

    /// Reads as much as there is, up to the buffer's size.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let mut length = 0;
        while length < buffer.len() {
            match self.inner.read(&mut buffer[length..]) {
                Ok(0) => break,
                Ok(more) => {
                    length += more;
                    self.at += more as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(length)
    }

    fn skip(&mut self, mut count: u64) -> Result<(), Error> {
        let start = self.at;
        while count > 0 {
            let available = match self.inner.fill_buf() {
                Ok([]) => return Err(Error { offset: start, kind: ErrorKind::TruncatedData }),
                Ok(available) => available.len(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.failed(error)),
            };
            let length = available.min(usize::try_from(count).unwrap_or(usize::MAX));
            self.inner.consume(length);
            self.at += length as u64;
            count -= length as u64;
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> Error {
        Error { offset: self.at, kind: ErrorKind::Io(error) }
    }
}
