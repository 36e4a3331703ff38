//! Names for what is odd about an archive, as the ledger has them.

use seaworthy_image::tar::{AnomalyKind, ErrorKind, Member, RecordFault, SparseForm};

/// The names of what readers may stumble over in an entry: its anomalies, and features that are in order
/// and that not every reader has.
pub fn of_member(member: &Member) -> Vec<String> {
    let mut names: Vec<String> = member.anomalies.iter().map(|one| of_anomaly(&one.kind)).collect();
    let entry = &member.entry;
    if let Some(sparse) = &member.sparse {
        names.push(match sparse.form {
            SparseForm::Gnu => "sparse/gnu".to_owned(),
            SparseForm::Pax00 => "sparse/pax-0.0".to_owned(),
            SparseForm::Pax01 => "sparse/pax-0.1".to_owned(),
            SparseForm::Pax10 => "sparse/pax-1.0".to_owned(),
        });
    }
    if entry.path.is_empty() {
        names.push("path/empty".to_owned());
    }
    for (what, text) in [("path", &entry.path), ("link", &entry.link)] {
        if std::str::from_utf8(text).is_err() {
            names.push(format!("{what}/not-utf-8"));
        }
    }
    for (name, is_so) in [
        ("time/negative", entry.modified.seconds < 0),
        ("user-id/large", entry.uid > u64::from(u32::MAX)),
        ("group-id/large", entry.gid > u64::from(u32::MAX)),
        ("xattr/empty", entry.xattrs.values().any(Vec::is_empty)),
    ] {
        if is_so {
            names.push(name.to_owned());
        }
    }
    names
}

/// The name of an anomaly.
pub fn of_anomaly(kind: &AnomalyKind) -> String {
    use AnomalyKind::*;
    let of_field = |what: &str, field: &str| format!("{what}/{}", field.replace(' ', "-"));
    let name = match kind {
        SizeWithoutData(_) => "size-without-data",
        TwoSizes { .. } => "two-sizes",
        TwoPaths => "two-paths",
        TwoLinks => "two-links",
        TwoXattrs => "two-xattrs",
        SignedChecksum => "signed-checksum",
        Version => "version",
        UnusedPrefix => "unused-prefix",
        NumberJunk(field) => return of_field("number-junk", field),
        BlankSize => "blank-size",
        ReservedLeadByte(field) => return of_field("reserved-lead-byte", field),
        NumberRange(field) => return of_field("number-range", field),
        Record(fault) => return format!("record/{}", of_fault(*fault)),
        RepeatedRecord => "repeated-record",
        RecordNumber(keyword) => return of_field("record-number", keyword),
        EmptyRecord(keyword) => return of_field("empty-record", keyword),
        NulInName(keyword) => return of_field("nul-in-name", keyword),
        EmptyLongName => "empty-long-name",
        UnterminatedLongName => "unterminated-long-name",
        BytesAfterLongName => "bytes-after-long-name",
        RepeatedExtension(flag) => return of_field("repeated-extension", &flag.escape_ascii().to_string()),
        MixedExtensions => "mixed-extensions",
        ExtensionMagic => "extension-magic",
        DanglingExtension => "dangling-extension",
        GlobalHeader => "global-header",
        SolarisHeader => "solaris-header",
        FileWithSlash(0) => "file-with-slash/empty",
        FileWithSlash(_) => "file-with-slash/with-data",
        TypeFlag(flag @ (b'D' | b'M' | b'N' | b'V')) => {
            return of_field("type-flag", &char::from(*flag).to_string());
        }
        TypeFlag(_) => "type-flag/other",
        SparseOrder => "sparse-order",
        SparseBeyondEnd => "sparse-beyond-end",
        SparseData => "sparse-data",
        SparseRecords => "sparse-records",
        Padding => "padding",
        MissingPadding => "missing-padding",
        MissingEnd => "missing-end",
        ShortEnd => "short-end",
        LoneZeroBlock => "lone-zero-block",
        EntriesAfterEnd => "entries-after-end",
        JunkAfterEnd => "junk-after-end",
        More(_) => "more",
    };
    name.to_owned()
}

const fn of_fault(fault: RecordFault) -> &'static str {
    match fault {
        RecordFault::Length => "length",
        RecordFault::LeadingZeros => "leading-zeros",
        RecordFault::TooShort => "too-short",
        RecordFault::TooLong => "too-long",
        RecordFault::NoNewline => "no-newline",
        RecordFault::NoEquals => "no-equals",
        RecordFault::EmptyKeyword => "empty-keyword",
        RecordFault::TrailingNuls => "trailing-nuls",
    }
}

/// The name of a reason to read no further.
pub fn of_error(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Io(_) => "error/io",
        ErrorKind::TruncatedHeader => "error/truncated-header",
        ErrorKind::TruncatedData => "error/truncated-data",
        ErrorKind::Checksum { .. } => "error/checksum",
        ErrorKind::Size => "error/size",
        ErrorKind::SparseMap => "error/sparse-map",
        ErrorKind::TooManyEntries(_)
        | ErrorKind::LongName(_)
        | ErrorKind::LargePax(_)
        | ErrorKind::TooManyRegions(_) => "error/limit",
    }
}
