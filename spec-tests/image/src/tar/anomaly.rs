//! What is odd about an archive, although it can be read.

use std::fmt;

/// Something that readers take in different ways, or that no writer should write. Which way the
/// reader here took is said by [`AnomalyKind::describe`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anomaly {
    /// The first byte of it, counted from the start of the archive.
    pub offset: u64,
    /// What it is.
    pub kind: AnomalyKind,
}

/// The sorts of anomalies. Where a choice is made, it is the one of POSIX.1, and where that is
/// silent, the one of GNU tar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnomalyKind {
    /// A directory, link, FIFO or device with a size. POSIX.1 stores no data for any of them, so
    /// the next header is sought right after this one; others skip as many bytes first.
    SizeWithoutData(u64),
    /// The header and a PAX record give different sizes, although the size fits the header. The
    /// record holds.
    TwoSizes {
        /// The size in the header.
        header: u64,
        /// The size in the PAX record.
        pax: u64,
    },
    /// A PAX `path` and a GNU long name that differ. The PAX record holds.
    TwoPaths,
    /// A PAX `linkpath` and a GNU long link that differ. The PAX record holds.
    TwoLinks,
    /// One extended attribute is given twice, with different values. `SCHILY.xattr` holds.
    TwoXattrs,
    /// The checksum is that of signed characters, as some old writers made it.
    SignedChecksum,
    /// `ustar` is followed by another version than `00`. It is read as if it were that.
    Version,
    /// There are bytes in the place of ustar's prefix, under a magic that has none. They are no
    /// part of the path.
    UnusedPrefix,
    /// A number in a header has characters that do not belong there. The digits before them hold.
    NumberJunk(&'static str),
    /// The size of a file is left blank. It is read as zero.
    BlankSize,
    /// A base-256 number starts with a byte that is reserved. It is read as if that were the marker.
    ReservedLeadByte(&'static str),
    /// A number in a header is out of its range. It is read as zero.
    NumberRange(&'static str),
    /// A PAX record that is malformed.
    Record(RecordFault),
    /// A keyword stands twice in one PAX header. The last one holds.
    RepeatedRecord,
    /// The value of a PAX keyword is no number of its kind. The record is ignored.
    RecordNumber(&'static str),
    /// A PAX record for the path, link or size has no value, which takes back what a global header
    /// gave. The field of the header itself holds.
    EmptyRecord(&'static str),
    /// A NUL in a name that a PAX record gives. It stays: readers in C end the name there.
    NulInName(&'static str),
    /// A GNU long name or long link that is empty. The field of the header itself holds.
    EmptyLongName,
    /// A GNU long name or long link that no NUL ends.
    UnterminatedLongName,
    /// There is more in a GNU long name or long link after the NUL that ends it. It is ignored.
    BytesAfterLongName,
    /// Two extension headers of the same sort belong to one entry. The last one alone holds.
    RepeatedExtension(u8),
    /// PAX and GNU extension headers belong to one entry.
    MixedExtensions,
    /// A PAX or GNU extension header that does not have its dialect's magic.
    ExtensionMagic,
    /// An extension header is the last thing in the archive: there is no entry for it.
    DanglingExtension,
    /// A PAX header for all entries that follow.
    GlobalHeader,
    /// A PAX header of type `X`, as Solaris wrote them. It is read like `x`.
    SolarisHeader,
    /// A regular file whose name ends in a slash. It is read as a directory, as in the oldest
    /// archives; its size is given, since a directory with data is odder still.
    FileWithSlash(u64),
    /// A type flag that POSIX.1 does not define. POSIX.1 has it read as a regular file.
    TypeFlag(u8),
    /// The regions of a sparse file are not in order, or overlap.
    SparseOrder,
    /// A region of a sparse file ends after the file does.
    SparseBeyondEnd,
    /// The regions of a sparse file have another length in sum than its data.
    SparseData,
    /// Records for a sparse file are missing, malformed, contradict each other, or belong to an entry
    /// that is no file or has its map in its header. They make nothing sparse; a name in them holds.
    SparseRecords,
    /// The bytes that pad a file's data to a whole block are not all zero.
    Padding,
    /// The archive ends where the data of its last entry do, or within what pads them to a whole block.
    /// The data are there, and are read. Go's reader sees nothing amiss; bsdtar extracts them, and then
    /// fails; GNU tar fails without the last block.
    MissingPadding,
    /// The archive ends without a block of zeros.
    MissingEnd,
    /// The archive ends with one block of zeros instead of two.
    ShortEnd,
    /// One block of zeros, and then something else. The archive ends there.
    LoneZeroBlock,
    /// There are further entries after the end. They are not read.
    EntriesAfterEnd,
    /// There is something else than zeros after the end. It is not read.
    JunkAfterEnd,
    /// More anomalies than are listed for one entry: so many.
    More(u64),
}

/// What is wrong with a PAX record, `LENGTH KEYWORD=VALUE` and a newline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordFault {
    /// There is no length, or something else than digits in it.
    Length,
    /// The length has leading zeros. It is read all the same.
    LeadingZeros,
    /// The length is too small to hold a keyword.
    TooShort,
    /// The length goes past the end of the header.
    TooLong,
    /// The record does not end with a newline.
    NoNewline,
    /// There is no equals sign.
    NoEquals,
    /// The keyword is empty. The record is ignored.
    EmptyKeyword,
    /// Nothing but NULs follow the last record.
    TrailingNuls,
}

impl AnomalyKind {
    /// What it is, for messages.
    pub fn describe(&self) -> String {
        use AnomalyKind::*;
        let text = match self {
            SizeWithoutData(size) => {
                return format!("a size of {size} bytes on an entry that has no data: it is ignored");
            }
            TwoSizes { header, pax } => {
                return format!("{header} bytes in the header and {pax} in its PAX record: the record holds");
            }
            TwoPaths => "a PAX path and another GNU long name: the PAX path holds",
            TwoLinks => "a PAX linkpath and another GNU long link: the PAX linkpath holds",
            TwoXattrs => "two values for one extended attribute: that of SCHILY.xattr holds",
            SignedChecksum => "a checksum over signed characters",
            Version => "a ustar header of another version than 00",
            UnusedPrefix => "bytes in the place of a prefix, in a header that has none: they are ignored",
            NumberJunk(field) => {
                return format!("characters in the {field} that are no octal digits: those before them hold");
            }
            BlankSize => "a blank size: it is read as zero",
            ReservedLeadByte(field) => {
                return format!("a base-256 number in the {field} that starts with a reserved byte");
            }
            NumberRange(field) => return format!("a number in the {field} that is out of range"),
            Record(fault) => fault.describe(),
            RepeatedRecord => "a keyword that stands twice in one PAX header: the last one holds",
            RecordNumber(keyword) => {
                return format!("a PAX {keyword} that is no such number: the record is ignored");
            }
            EmptyRecord(keyword) => {
                return format!("an empty PAX {keyword}: what the header itself says holds");
            }
            NulInName(keyword) => return format!("a NUL in the {keyword}: some readers end it there"),
            EmptyLongName => "an empty GNU long name: what the header itself says holds",
            UnterminatedLongName => "a GNU long name that no NUL ends",
            BytesAfterLongName => "bytes after the NUL that ends a GNU long name: they are ignored",
            RepeatedExtension(flag) => {
                return format!(
                    "a second extension header of type '{}' for one entry: it alone holds",
                    flag.escape_ascii()
                );
            }
            MixedExtensions => "PAX and GNU extension headers for one entry",
            ExtensionMagic => "an extension header without the magic of its dialect",
            DanglingExtension => "an extension header with no entry after it",
            GlobalHeader => "a PAX header for all the entries that follow",
            SolarisHeader => "an extension header of type 'X' (Solaris), read like 'x'",
            FileWithSlash(size) => {
                return format!(
                    "a regular file of {size} bytes whose name ends in a slash: it is read as a directory"
                );
            }
            TypeFlag(b'D') => "type 'D', a list of a directory's files in a GNU incremental archive",
            TypeFlag(b'M') => "type 'M', the rest of a file of another GNU volume",
            TypeFlag(b'V') => "type 'V', the label of a GNU volume",
            TypeFlag(flag) => {
                return format!("the type flag '{}', which is not defined", flag.escape_ascii());
            }
            SparseOrder => "regions of a sparse file that overlap or are not in order",
            SparseBeyondEnd => "a region of a sparse file past the file's end",
            SparseData => "regions of a sparse file that are longer or shorter than its data",
            SparseRecords => {
                "records of a sparse file that are incomplete, malformed or out of place: they make nothing sparse"
            }
            Padding => "padding that is not all zeros",
            MissingPadding => "data at the end that are not padded to a whole block",
            MissingEnd => "no end marker",
            ShortEnd => "one block of zeros at the end instead of two",
            LoneZeroBlock => "one block of zeros and then something else: the archive is read no further",
            EntriesAfterEnd => "entries after the end marker: they are not read",
            JunkAfterEnd => "something else than zeros after the end marker",
            More(count) => return format!("{count} more anomalies"),
        };
        text.to_owned()
    }
}

impl RecordFault {
    /// What it is, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            RecordFault::Length => "a PAX record without a length: nothing from there on is read",
            RecordFault::LeadingZeros => "a PAX record whose length has leading zeros",
            RecordFault::TooShort => {
                "a PAX record whose length cannot hold a keyword: nothing from there on is read"
            }
            RecordFault::TooLong => {
                "a PAX record that goes past the end of its header: nothing from there on is read"
            }
            RecordFault::NoNewline => {
                "a PAX record that does not end with a newline: nothing from there on is read"
            }
            RecordFault::NoEquals => "a PAX record without an equals sign: nothing from there on is read",
            RecordFault::EmptyKeyword => "a PAX record with an empty keyword: it is ignored",
            RecordFault::TrailingNuls => "NULs after the last PAX record: they are ignored",
        }
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.kind.describe(), self.offset)
    }
}

/// A list of anomalies with a bound: a hostile header could be odd in a hundred thousand places.
#[derive(Debug, Default)]
pub(super) struct Noted {
    list: Vec<Anomaly>,
    more: u64,
}

impl Noted {
    const LISTED: usize = 64;

    pub(super) fn note(&mut self, offset: u64, kind: AnomalyKind) {
        if self.list.len() < Self::LISTED {
            self.list.push(Anomaly { offset, kind });
        } else {
            self.more += 1;
        }
    }

    /// Moves what was noted into `list`, in the order of the archive.
    pub(super) fn drain_into(&mut self, list: &mut Vec<Anomaly>) {
        list.append(&mut self.list);
        list.sort_by_key(|anomaly| anomaly.offset);
        if self.more > 0 {
            let offset = list.last().map_or(0, |last| last.offset);
            list.push(Anomaly { offset, kind: AnomalyKind::More(std::mem::take(&mut self.more)) });
        }
    }
}
