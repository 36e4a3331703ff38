//! Making an entry of its headers.

use std::io::BufRead;

use super::{Pending, Position, Reader, padding_of};
use crate::tar::anomaly::{AnomalyKind, Noted};
use crate::tar::error::{Error, ErrorKind};
use crate::tar::header::{self, Header};
use crate::tar::number::{Number, Oddity};
use crate::tar::pax::{Extended, Records};
use crate::tar::sparse::{self, LineMap, Map, Region, Sparse, SparseForm};
use crate::tar::{BLOCK, Device, Dialect, Entry, EntryKind, Time};

impl<R: BufRead> Reader<R> {
    /// Reads the header of an entry itself.
    pub(super) fn entry(&mut self, header: Header<'_>, at: u64, pending: &Pending) -> Result<(), Error> {
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
        } else {
            extended.sparse.note_unused(&mut self.noted);
        }
        self.unread = self.member.stored;
        self.member.anomalies.clear();
        self.noted.drain_into(&mut self.member.anomalies);
        Ok(())
    }

    pub(super) fn note_version(&mut self, header: Header<'_>, at: u64) {
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
    /// header is, so that a malformed one is an error. That of a device or a FIFO tells nothing of the kind:
    /// POSIX.1 gives it no meaning for the one, has it ignored for the other, and stores no data for either.
    pub(super) fn size(
        &mut self,
        header: Header<'_>,
        at: u64,
        record: Option<(u64, u64)>,
    ) -> Result<(u64, u64), Error> {
        let field = at + header::SIZE.start as u64;
        let written = header.number(header::SIZE);
        let error = Error { offset: field, kind: ErrorKind::Size };
        let is_ignored = matches!(header.type_flag(), b'3' | b'4' | b'6');
        match written.oddity {
            Some(Oddity::Junk) if record.is_none() && !is_ignored => return Err(error),
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
            None if is_ignored => {
                self.noted.note(offset, AnomalyKind::NumberRange("size"));
                Ok((0, offset))
            }
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
            extended.sparse.note_unused(&mut self.noted);
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
