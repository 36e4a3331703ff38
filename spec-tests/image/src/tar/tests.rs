use std::io::Read as _;

use proptest::prelude::*;

use super::AnomalyKind::*;
use super::*;

/// One block of an archive after the other.
#[derive(Clone, Default)]
struct Blocks(Vec<u8>);

/// A header that [`Blocks::header`] is given to change.
type Block = [u8; BLOCK];

fn ustar(name: &str, flag: u8, size: u64) -> Block {
    let mut block = [0; BLOCK];
    block[..name.len()].copy_from_slice(name.as_bytes());
    for (at, text) in [(100, "0000644\0"), (108, "0001750\0"), (116, "0001750\0"), (136, "14751000000\0")] {
        put(&mut block, at, text);
    }
    put(&mut block, 124, format!("{size:011o}\0"));
    block[156] = flag;
    put(&mut block, 257, "ustar\x0000");
    block
}

fn gnu(name: &str, flag: u8, size: u64) -> Block {
    let mut block = ustar(name, flag, size);
    put(&mut block, 257, "ustar  \0");
    block
}

fn v7(name: &str, flag: u8, size: u64) -> Block {
    let mut block = ustar(name, flag, size);
    put(&mut block, 257, "\0\0\0\0\0\0\0\0");
    block
}

fn put(block: &mut Block, at: usize, text: impl AsRef<[u8]>) {
    let text = text.as_ref();
    block[at..at + text.len()].copy_from_slice(text);
}

fn with(mut block: Block, at: usize, text: impl AsRef<[u8]>) -> Block {
    put(&mut block, at, text);
    block
}

impl Blocks {
    /// A header with the right checksum, and its data, padded.
    fn add(self, block: Block, data: impl AsRef<[u8]>) -> Self {
        let sum: u32 = block[..148].iter().chain(&block[156..]).map(|&byte| u32::from(byte)).sum();
        let block = with(block, 148, format!("{:06o}\0 ", sum + 256));
        self.raw(block).raw(data)
    }

    /// Bytes as they are, padded.
    fn raw(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.extend_from_slice(bytes.as_ref());
        self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
        self
    }

    fn pax(self, records: impl AsRef<[u8]>) -> Self {
        let records = records.as_ref();
        self.add(ustar("pax", b'x', records.len() as u64), records)
    }

    fn long(self, flag: u8, name: impl AsRef<[u8]>) -> Self {
        let name = name.as_ref();
        self.add(gnu("././@LongLink", flag, name.len() as u64), name)
    }

    fn file(self, name: &str) -> Self {
        self.add(ustar(name, b'0', 2), "hi")
    }

    fn end(self) -> Vec<u8> {
        let mut bytes = self.0;
        bytes.resize(bytes.len() + 2 * BLOCK, 0);
        bytes
    }
}

fn blocks() -> Blocks {
    Blocks::default()
}

/// A record with its length worked out.
fn record(keyword: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    let rest = keyword.len() + value.len() + 3;
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    [format!("{length} {keyword}=").as_bytes(), value, b"\n"].concat()
}

/// Everything that reading an archive comes to.
#[derive(Debug)]
struct Read {
    members: Vec<(Member, Vec<u8>)>,
    end: End,
    error: Option<Error>,
}

impl Read {
    fn anomalies(&self) -> Vec<(u64, AnomalyKind)> {
        let members = self.members.iter().flat_map(|(member, _)| &member.anomalies);
        let all = members.chain(&self.end.anomalies);
        all.map(|anomaly| (anomaly.offset, anomaly.kind.clone())).collect()
    }

    fn paths(&self) -> Vec<String> {
        self.members.iter().map(|(member, _)| String::from_utf8_lossy(&member.entry.path).into()).collect()
    }

    fn error(&self) -> Option<(u64, String)> {
        self.error.as_ref().map(|error| (error.offset, error.kind.to_string()))
    }
}

fn read_with(bytes: &[u8], limits: Limits) -> Read {
    let mut reader = Reader::new(bytes, limits);
    let mut members = Vec::new();
    let error = loop {
        match reader.next_member() {
            Ok(Some(item)) => {
                let member = item.member.clone();
                let mut content = Vec::new();
                // Cut off, for the sparse files that are mostly hole; an error shows in the next step.
                let _ = item.content().take(1 << 16).read_to_end(&mut content);
                members.push((member, content));
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(matches!(reader.next_member(), Ok(None)));
    Read { members, end: reader.end().unwrap().clone(), error }
}

fn read(bytes: &[u8]) -> Read {
    read_with(bytes, Limits::default())
}

/// Checks the paths and the anomalies of an archive that has no other fault.
#[track_caller]
fn check(bytes: &[u8], paths: &[&str], anomalies: &[(u64, AnomalyKind)]) -> Read {
    let read = read(bytes);
    assert_eq!(read.error(), None);
    assert_eq!(read.paths(), paths);
    assert_eq!(read.anomalies(), anomalies);
    assert_eq!((read.end.entries, read.end.bytes), (paths.len() as u64, bytes.len() as u64));
    for (_, kind) in anomalies {
        assert!(!kind.describe().is_empty());
    }
    read
}

#[track_caller]
fn check_error(bytes: &[u8], offset: u64, wanted: &str) {
    let (found, reason) = read(bytes).error().expect("an error");
    assert_eq!((found, reason.contains(wanted)), (offset, true), "{reason}");
}

#[test]
fn an_entry_of_each_dialect() {
    let long = "x".repeat(200);
    let bytes = blocks()
        .add(v7("old", 0, 2), "v7")
        .add(with(ustar("name", b'0', 5), 345, "some/prefix"), "ustar")
        .pax(record("path", &long))
        .add(ustar("short", b'0', 3), "pax")
        .long(b'L', format!("{long}\0"))
        .long(b'K', "target\0")
        .add(gnu("short", b'2', 0), "")
        .end();
    let read = check(&bytes, &["old", "some/prefix/name", &long, &long], &[]);
    let dialects: Vec<_> = read.members.iter().map(|(member, _)| member.dialect).collect();
    assert_eq!(dialects, [Dialect::V7, Dialect::Ustar, Dialect::Pax, Dialect::Gnu]);
    let contents: Vec<_> = read.members.iter().map(|(_, content)| &content[..]).collect();
    assert_eq!(contents, [&b"v7"[..], b"ustar", b"pax", b""]);
    let links: Vec<_> = read.members.iter().map(|(member, _)| &member.entry.link[..]).collect();
    assert_eq!(links, [&b""[..], b"", b"", b"target"]);
    let positions: Vec<_> = read.members.iter().map(|(member, _)| member.position).collect();
    let at = |index, start, header, data| Position { index, start, header, data };
    let wanted =
        [at(0, 0, 0, 512), at(1, 1024, 1024, 1536), at(2, 2048, 3072, 3584), at(3, 4096, 6144, 6656)];
    assert_eq!(positions, wanted);
    assert_eq!(read.end.marker, Some(6656));
}

#[test]
fn the_kinds_of_entries() {
    let kinds = [
        (b'1', EntryKind::HardLink),
        (b'2', EntryKind::Symlink),
        (b'3', EntryKind::CharDevice),
        (b'4', EntryKind::BlockDevice),
        (b'5', EntryKind::Directory),
        (b'6', EntryKind::Fifo),
        (b'7', EntryKind::File),
        (b'0', EntryKind::File),
        (0, EntryKind::File),
    ];
    for (flag, kind) in kinds {
        let header = with(with(ustar("e", flag, 0), 157, "target"), 329, "0000010\x000000003\0");
        let read = check(&blocks().add(header, "").end(), &["e"], &[]);
        let entry = &read.members[0].0.entry;
        assert_eq!((entry.kind, entry.mode, entry.uid, entry.gid), (kind, 0o644, 1000, 1000));
        let is_link = matches!(kind, EntryKind::HardLink | EntryKind::Symlink);
        assert_eq!(entry.link, if is_link { &b"target"[..] } else { b"" });
        let is_device = matches!(kind, EntryKind::CharDevice | EntryKind::BlockDevice);
        let device = if is_device { Device { major: 8, minor: 3 } } else { Device::default() };
        assert_eq!(entry.device, device);
    }
    for flag in [b'8', b'A', b'D', b'M', b'V', b'N', 0xff] {
        let bytes = blocks().add(ustar("e", flag, 2), "hi").file("f").end();
        let read = check(&bytes, &["e", "f"], &[(156, TypeFlag(flag))]);
        assert_eq!(read.members[0].0.entry.kind, EntryKind::Other(flag));
        assert_eq!(read.members[0].1, b"hi");
    }
}

#[test]
fn the_attributes_that_records_give() {
    let records = [
        record("uid", "4294967296"),
        record("gid", "7"),
        record("uname", "joë"),
        record("gname", "crew"),
        record("mtime", "-1.5"),
        record("atime", "12.25"),
        record("comment", "a\n6 b=c\n"),
        record("hdrcharset", "BINARY"),
        record("SCHILY.xattr.user.mood", b"\0\xff\n="),
        record("SCHILY.dev", "3"),
        record("LIBARCHIVE.xattr.user.a%3Db%zz", "aGk"),
        record("RHT.security.selinux", "system_u"),
        record("MSWINDOWS.rawsd", "AQ=="),
    ]
    .concat();
    let read = check(&blocks().pax(&records).file("f").end(), &["f"], &[]);
    let Member { entry, records, dialect, .. } = &read.members[0].0;
    assert_eq!((entry.uid, entry.gid, *dialect), (1 << 32, 7, Dialect::Pax));
    assert_eq!((&entry.uname[..], &entry.gname[..]), ("joë".as_bytes(), &b"crew"[..]));
    assert_eq!(entry.modified, Time { seconds: -2, nanoseconds: 500_000_000 });
    let xattrs: Vec<(&[u8], &[u8])> =
        entry.xattrs.iter().map(|(name, value)| (&name[..], &value[..])).collect();
    let wanted: [(&[u8], &[u8]); 3] =
        [(b"security.selinux", b"system_u"), (b"user.a=b%zz", b"hi"), (b"user.mood", b"\0\xff\n=")];
    assert_eq!(xattrs, wanted);
    let keywords: Vec<_> = records.keys().map(|keyword| String::from_utf8_lossy(keyword)).collect();
    assert_eq!(keywords, ["MSWINDOWS.rawsd", "SCHILY.dev", "atime", "comment", "hdrcharset"]);
}

#[test]
fn numbers_in_base_256() {
    let header = with(gnu("f", b'0', 2), 136, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe");
    let header = with(header, 108, b"\x80\0\0\x01\0\0\0\0");
    let header = with(header, 124, b"\x80\0\0\0\0\0\0\0\0\0\0\x02");
    let read = check(&blocks().add(header, "hi").end(), &["f"], &[]);
    let entry = &read.members[0].0.entry;
    assert_eq!((entry.modified.seconds, entry.uid, entry.size), (-2, 1 << 32, 2));

    let reserved = with(gnu("f", b'0', 2), 108, b"\x8e\0\0\0\0\0\0\0");
    check(&blocks().add(reserved, "hi").end(), &["f"], &[(108, ReservedLeadByte("user id"))]);
    let negative = with(gnu("f", b'0', 2), 116, [0xff; 8]);
    check(&blocks().add(negative, "hi").end(), &["f"], &[(116, NumberRange("group id"))]);
    let huge = with(with(gnu("f", b'0', 0), 124, [0xff; 12]), 124, [0x80]);
    for size in [huge, with(gnu("f", b'0', 0), 124, [0xff; 12])] {
        check_error(&blocks().add(size, "").end(), 124, "size");
    }
}

#[test]
fn numbers_with_junk() {
    let check = |at, text, wanted| {
        check(&blocks().add(with(ustar("f", b'0', 0), at, text), "").end(), &["f"], wanted)
    };
    check(100, "0000648\0", &[(100, NumberJunk("mode"))]);
    check(108, "-000644\0", &[(108, NumberJunk("user id"))]);
    check(136, "           \0", &[]);
    check(124, "           \0", &[(124, BlankSize)]);
    check(124, "         0 \0", &[]);
    for size in ["0000000002x\0", "-0000000002\0", "0x000000002\0"] {
        check_error(&blocks().add(with(ustar("f", b'0', 0), 124, size), "").end(), 124, "size");
    }
}

#[test]
fn sizes() {
    let inner = blocks().file("inner").0;
    for flag in b'1'..=b'6' {
        let bytes = blocks().add(ustar("e", flag, 1024), &inner).end();
        check(&bytes, &["e", "inner"], &[(124, SizeWithoutData(1024))]);
        let bytes = blocks().pax(record("size", "1024")).add(ustar("e", flag, 0), &inner).end();
        let two = TwoSizes { header: 0, pax: 1024 };
        check(&bytes, &["e", "inner"], &[(515, two), (515, SizeWithoutData(1024))]);
    }
    let bytes = blocks().pax(record("size", "1024")).add(ustar("f", b'0', 0), &inner).end();
    let read = check(&bytes, &["f"], &[(515, TwoSizes { header: 0, pax: 1024 })]);
    assert_eq!(read.members[0].1, inner);
    let bytes = blocks().pax(record("size", "0")).add(ustar("f", b'0', 1024), &inner).end();
    check(&bytes, &["f", "inner"], &[(514, TwoSizes { header: 1024, pax: 0 })]);
    let bytes = blocks().add(ustar("x/", b'0', 1024), &inner).end();
    let read = check(&bytes, &["x/"], &[(0, FileWithSlash(1024))]);
    assert_eq!(read.members[0].0.entry.kind, EntryKind::Directory);
    // What does not fit the header can only stand in the record.
    let bytes = blocks().pax(record("size", "8589934592")).add(ustar("f", b'0', 0), "").end();
    let read = read_with(&bytes, Limits::default());
    assert_eq!(read.members[0].0.anomalies, []);
    assert_eq!(read.error().unwrap().1, "the archive ends within the data of an entry");
}

#[test]
fn names_given_twice() {
    let pax = [record("path", "pax"), record("linkpath", "to")].concat();
    let header = || ustar("h", b'2', 0);
    let bytes = blocks().pax(&pax).long(b'L', "gnu\0").add(header(), "").end();
    check(&bytes, &["pax"], &[(515, TwoPaths), (1024, MixedExtensions)]);
    let bytes = blocks().long(b'L', "gnu\0").pax(&pax).add(header(), "").end();
    check(&bytes, &["pax"], &[(1024, MixedExtensions), (1539, TwoPaths)]);
    let bytes = blocks().long(b'L', "pax\0").pax(&pax).add(header(), "").end();
    check(&bytes, &["pax"], &[(1024, MixedExtensions)]);
    let bytes = blocks().pax(&pax).long(b'K', "from\0").add(header(), "").end();
    let read = check(&bytes, &["pax"], &[(527, TwoLinks), (1024, MixedExtensions)]);
    assert_eq!(read.members[0].0.entry.link, b"to");
    let bytes = blocks().pax([record("path", "a"), record("path", "b")].concat()).file("h").end();
    check(&bytes, &["b"], &[(523, RepeatedRecord)]);
    let bytes = blocks().pax(record("path", "a")).pax(record("uid", "1")).file("h").end();
    check(&bytes, &["h"], &[(1024, RepeatedExtension(b'x'))]);
    let bytes = blocks().long(b'L', "a\0").long(b'L', "b\0").file("h").end();
    check(&bytes, &["b"], &[(1024, RepeatedExtension(b'L'))]);
    let xattrs = [record("LIBARCHIVE.xattr.a", "aGk="), record("SCHILY.xattr.a", "ho")].concat();
    let read = check(&blocks().pax(xattrs).file("h").end(), &["h"], &[(515, TwoXattrs)]);
    assert_eq!(read.members[0].0.entry.xattrs[&b"a"[..]], b"ho");
}

#[test]
fn long_names() {
    let check =
        |name: &str, path, wanted: &[_]| check(&blocks().long(b'L', name).file("h").end(), &[path], wanted);
    check("", "h", &[(512, EmptyLongName)]);
    check("\0", "h", &[(512, EmptyLongName)]);
    check("abc", "abc", &[(512, UnterminatedLongName)]);
    check("abc\0\0\0", "abc", &[]);
    check("abc\0def\0", "abc", &[(516, BytesAfterLongName)]);
}

#[test]
fn malformed_records() {
    use super::RecordFault::*;
    let check = |records: &[u8], path, wanted: &[(u64, AnomalyKind)]| {
        let good = record("path", "good");
        check(&blocks().pax([&good, records].concat()).file("h").end(), &[path], wanted);
    };
    let at = |fault| [(525, Record(fault))];
    check(b"x path=bad\n", "good", &at(Length));
    check(b" 11 path=bad\n", "good", &at(Length));
    check(b"+12 path=bad\n", "good", &at(Length));
    check(b"12\tpath=bad\n", "good", &at(Length));
    check(b"99 path=bad\n", "good", &at(TooLong));
    check(b"99999999999999999999 path=bad\n", "good", &at(TooLong));
    check(b"2 path=bad\n", "good", &at(TooShort));
    check(b"0 path=bad\n", "good", &at(TooShort));
    check(b"11 path=bad\n", "good", &at(NoNewline));
    check(b"10 path=bad\n", "good", &at(NoNewline));
    check(b"13 path=bad\nx", "good", &at(NoNewline));
    check(b"9 nopath\n", "good", &at(NoEquals));
    check(b"11 nopath\n\n", "good", &at(NoEquals));
    check(b"8 =bad\n\n", "good", &at(EmptyKeyword));
    check(b"0012 path=b\n", "b", &[(525, Record(LeadingZeros)), (530, RepeatedRecord)]);
    check(b"\0\0\0", "good", &at(TrailingNuls));
    check(b"\0\0\0x", "good", &at(Length));
    check(b"20 comment=a\n9 b=c\n\n", "good", &[]);
    check(b"11 path=a\0\n", "a\0", &[(528, RepeatedRecord), (528, NulInName("path"))]);
    check(b"8 path=\n", "h", &[(527, RepeatedRecord), (527, EmptyRecord("path"))]);
    for size in ["+4", " 4", "0x4", "4.0", "-1", "18446744073709551616"] {
        let record = record("size", size);
        let keyword = 526 + record.iter().position(|&byte| byte == b' ').unwrap() as u64;
        check(&record, "good", &[(keyword, RecordNumber("size"))]);
    }
    check(b"8 size=\n", "good", &[(527, EmptyRecord("size"))]);
    check(b"9 mtime=\n", "good", &[]);
    check(b"11 mtime=x\n", "good", &[(528, RecordNumber("mtime"))]);
    let huge = record("size", "9223372036854775808");
    check_error(&blocks().pax(huge).file("h").end(), 1024 + 124, "size");
}

#[test]
fn more_anomalies_than_are_listed() {
    let read = read(&blocks().pax(record("a", "b").repeat(100)).file("h").end());
    let anomalies = read.anomalies();
    assert_eq!((anomalies.len(), &anomalies[64].1), (65, &More(35)));
}

#[test]
fn global_headers() {
    let global = |records: &[u8]| ustar("g", b'g', records.len() as u64);
    let records = [record("path", "global"), record("uid", "7"), record("comment", "hello")].concat();
    let bytes = blocks()
        .file("before")
        .add(global(&records), &records)
        .file("one")
        .pax([record("path", ""), record("uid", "")].concat())
        .file("two")
        .end();
    let wanted = [(1024, GlobalHeader), (3586, EmptyRecord("path"))];
    let read = check(&bytes, &["before", "global", "two"], &wanted);
    let uids: Vec<_> = read.members.iter().map(|(member, _)| member.entry.uid).collect();
    assert_eq!(uids, [1000, 7, 1000]);
    assert_eq!(read.members[2].0.records[&b"comment"[..]], b"hello");
    let bytes = blocks().file("before").add(global(&records), &records).end();
    check(&bytes, &["before"], &[(1024, GlobalHeader), (1024, DanglingExtension)]);
}

#[test]
fn headers_of_a_mixed_sort() {
    let record = record("path", "pax");
    let size = record.len() as u64;
    let check = |bytes: Blocks, path, wanted: &[_]| drop(check(&bytes.file("h").end(), &[path], wanted));
    check(blocks().add(v7("x", b'x', size), &record), "pax", &[(0, ExtensionMagic)]);
    check(blocks().add(gnu("x", b'x', size), &record), "pax", &[(0, ExtensionMagic)]);
    check(blocks().add(ustar("x", b'X', size), &record), "pax", &[(0, SolarisHeader)]);
    check(blocks().add(ustar("x", b'L', 4), "gnu\0"), "gnu", &[(0, ExtensionMagic)]);

    let version = with(ustar("f", b'0', 0), 263, "\0\0");
    super::tests::check(&blocks().add(version, "").end(), &["f"], &[(263, Version)]);
    check(blocks().add(with(ustar("x", b'x', size), 263, "\0\0"), &record), "pax", &[(263, Version)]);
    for block in [v7("f", 0, 0), gnu("f", b'0', 0)] {
        let prefixed = with(block, 345, "prefix");
        super::tests::check(&blocks().add(prefixed, "").end(), &["f"], &[(345, UnusedPrefix)]);
    }
    let times = with(gnu("f", b'0', 0), 345, "14751000000\x0014751000000\0");
    super::tests::check(&blocks().add(times, "").end(), &["f"], &[]);
    let star = with(with(ustar("f", b'0', 0), 345, "dir"), 476, "14751000000 14751000000 ");
    super::tests::check(&blocks().add(with(star, 508, "tar\0"), "").end(), &["dir/f"], &[]);
}

#[test]
fn checksums() {
    let block = with(ustar("f", b'0', 0), 0, "\u{e9}");
    let sum: i32 = block[..148].iter().chain(&block[156..]).map(|&byte| i32::from(byte as i8)).sum();
    let signed = with(block, 148, format!("{:06o}\0 ", sum + 256));
    check(&blocks().raw(signed).end(), &["é"], &[(148, SignedChecksum)]);
    for text in ["0000000\0", "        ", "0012345\0", "\0\0\0\0\0\0\0\0"] {
        let bytes = blocks().file("a").raw(with(ustar("f", b'0', 0), 148, text)).end();
        check_error(&bytes, 1024, "no tar header");
    }
}

#[test]
fn ends() {
    let whole = blocks().file("f");
    let zeros = |count| [0; BLOCK].repeat(count);
    let check = |bytes: &[u8], wanted: &[_]| drop(check(bytes, &["f"], wanted));
    check(&whole.0, &[(1024, MissingEnd)]);
    check(&whole.clone().raw(zeros(1)).0, &[(1024, ShortEnd)]);
    check(&whole.clone().raw(zeros(20)).0, &[]);
    check(&whole.clone().raw(zeros(1)).file("g").0, &[(1536, LoneZeroBlock), (1536, EntriesAfterEnd)]);
    check(&whole.clone().raw(zeros(2)).file("g").end(), &[(2048, EntriesAfterEnd)]);
    check(&whole.clone().raw(zeros(1)).raw("x").0, &[(1536, LoneZeroBlock), (1536, JunkAfterEnd)]);
    let mut junk = whole.clone().raw(zeros(3)).0;
    junk.push(7);
    check(&junk, &[(2560, JunkAfterEnd)]);
    super::tests::check(&[], &[], &[(0, MissingEnd)]);
    super::tests::check(&zeros(2), &[], &[]);
    super::tests::check(
        &blocks().raw(zeros(1)).file("f").0,
        &[],
        &[(512, LoneZeroBlock), (512, EntriesAfterEnd)],
    );
    let dangling = blocks().pax(record("path", "x"));
    super::tests::check(&dangling.clone().end(), &[], &[(0, DanglingExtension)]);
    super::tests::check(&dangling.0, &[], &[(0, DanglingExtension), (1024, MissingEnd)]);
    let mut padded = blocks().file("f").file("g").end();
    padded[1000] = 1;
    super::tests::check(&padded, &["f", "g"], &[(514, Padding)]);
}

#[test]
fn archives_cut_short() {
    let whole = blocks().pax(record("path", "pax")).file("h").long(b'L', "gnu\0").file("h").end();
    for cut in 0..whole.len() - 2 * BLOCK {
        let read = read(&whole[..cut]);
        let is_boundary = [0, 1024, 2048, 3072].contains(&cut);
        assert_eq!(read.error.is_none(), is_boundary, "{cut}");
        let last = read.end.anomalies.last().map(|anomaly| &anomaly.kind);
        assert!(!is_boundary || last == Some(&MissingEnd), "{cut}");
    }
}

#[test]
fn limits() {
    let check = |bytes: Vec<u8>, limits, wanted: &str| {
        let error = read_with(&bytes, limits).error.unwrap();
        assert!(error.kind.is_limit() && error.kind.to_string().contains(wanted), "{error}");
    };
    let limits = Limits { entries: 1, name: 8, pax: 32, regions: 2 };
    check(blocks().file("a").file("b").end(), limits, "more entries");
    check(blocks().file("123456789").end(), limits, "a name longer");
    check(blocks().long(b'L', "1234567890").file("b").end(), limits, "a name longer");
    check(blocks().pax(record("a", [b'x'; 40])).file("b").end(), limits, "a PAX header");
    let global = |keyword| record(keyword, [b'x'; 18]);
    let bytes = blocks().add(ustar("g", b'g', 24), global("a")).add(ustar("g", b'g', 24), global("b"));
    check(bytes.file("b").end(), limits, "a PAX header");
    let map = "3\n0\n1\n2\n1\n4\n1\n";
    let limits = Limits { pax: 1 << 10, ..limits };
    check(
        blocks().pax(sparse_1_0("6")).add(ustar("f", b'0', 515), data(map, "abc")).end(),
        limits,
        "regions",
    );
    // A count alone is no reason to take memory.
    let map = "9999999999\n";
    check(
        blocks().pax(sparse_1_0("6")).add(ustar("f", b'0', 515), data(map, "abc")).end(),
        limits,
        "regions",
    );
}

fn sparse_1_0(size: &str) -> Vec<u8> {
    let records = [("major", "1"), ("minor", "0"), ("name", "real"), ("realsize", size)]
        .map(|(name, value)| record(&format!("GNU.sparse.{name}"), value));
    records.concat()
}

/// A map in a block of its own, and what comes after.
fn data(map: &str, data: &str) -> Vec<u8> {
    let mut bytes = map.as_bytes().to_vec();
    bytes.resize(BLOCK, 0);
    bytes.extend_from_slice(data.as_bytes());
    bytes
}

#[test]
fn sparse_files() {
    let regions = [(0, 2), (6, 1), (10, 0)].map(|(offset, length)| Region { offset, length });
    let check = |bytes: Blocks, form| {
        let read = check(&bytes.file("after").end(), &["real", "after"], &[]);
        let (member, content) = &read.members[0];
        assert_eq!(member.sparse, Some(Sparse { form, regions: regions.to_vec() }));
        assert_eq!((member.entry.size, member.stored, &content[..]), (10, 3, &b"ab\0\0\0\0c\0\0\0"[..]));
    };
    let map = "3\n0\n2\n6\n1\n10\n0\n";
    let bytes = blocks().pax(sparse_1_0("10")).add(ustar("fake", b'0', 515), data(map, "abc"));
    check(bytes, SparseForm::Pax10);
    let words = |list: &[(&str, &str)]| {
        let records = list.iter().map(|(name, value)| record(&format!("GNU.sparse.{name}"), value));
        records.collect::<Vec<_>>().concat()
    };
    let records = words(&[("size", "10"), ("numblocks", "3"), ("name", "real"), ("map", "0,2,6,1,10,0")]);
    check(blocks().pax(records).add(ustar("fake", b'0', 3), "abc"), SparseForm::Pax01);
    let lists = [
        ("offset", "0"),
        ("numbytes", "2"),
        ("offset", "6"),
        ("numbytes", "1"),
        ("offset", "10"),
        ("numbytes", "0"),
    ];
    let records = [words(&[("size", "10"), ("numblocks", "3")]), words(&lists)].concat();
    check(blocks().pax(records).add(ustar("real", b'0', 3), "abc"), SparseForm::Pax00);

    let number = |number: u64| format!("{number:011o}\0");
    let header = with(gnu("real", b'S', 3), 483, number(10));
    let header =
        with(header, 386, [number(0), number(2), number(6), number(1), number(10), number(0)].concat());
    check(blocks().add(header, "abc"), SparseForm::Gnu);
    // The last region stands in a block after the header.
    let fields = [number(0), number(2), number(2), number(0), number(3), number(0), number(6), number(1)];
    let header = with(with(with(gnu("real", b'S', 3), 483, number(10)), 386, fields.concat()), 482, "\x01");
    let more = [number(10), number(0)].concat();
    let read = read(&blocks().add(header, more).raw("abc").file("after").end());
    assert_eq!((read.paths(), read.anomalies()), (vec!["real".to_owned(), "after".to_owned()], vec![]));
    assert_eq!(read.members[0].1, b"ab\0\0\0\0c\0\0\0");
    assert_eq!(read.members[0].0.sparse.as_ref().unwrap().regions.len(), 5);
}

#[test]
fn odd_sparse_files() {
    let check = |map: &str, wanted: &[AnomalyKind]| {
        let bytes = blocks().pax(sparse_1_0("10")).add(ustar("f", b'0', 515), data(map, "abc")).end();
        let wanted: Vec<_> = wanted.iter().map(|kind| (1024, kind.clone())).collect();
        check(&bytes, &["real"], &wanted);
    };
    check("2\n0\n2\n1\n1\n", &[SparseOrder]);
    check("2\n6\n1\n0\n2\n", &[SparseOrder]);
    check("1\n8\n3\n", &[SparseBeyondEnd]);
    check("1\n0\n2\n", &[SparseData]);
    check("0\n", &[SparseData]);
    for map in ["x\n", "\n", "2\n0\n1\n-", "99999999999999999999\n", "1\n0\0"] {
        let bytes = blocks().pax(sparse_1_0("10")).add(ustar("f", b'0', 515), data(map, "abc")).end();
        check_error(&bytes, 1536, "map");
    }
    check_error(&blocks().pax(sparse_1_0("10")).add(ustar("f", b'0', 3), "1\n0").end(), 1536, "map");
    let record = record("GNU.sparse.name", "other");
    let read =
        super::tests::check(&blocks().pax(record).file("f").end(), &["other"], &[(515, SparseRecords)]);
    assert_eq!((&read.members[0].0.sparse, &read.members[0].1[..]), (&None, &b"hi"[..]));
}

/// What the `tar` crate makes and what it reads, for archives that nobody finds odd.
#[derive(Debug, Clone)]
struct Plain {
    path: String,
    link: Option<String>,
    content: Vec<u8>,
    is_gnu: bool,
    xattr: bool,
}

fn plain() -> impl Strategy<Value = Plain> {
    let path = prop::collection::vec("[a-zé]{1,40}", 1..9).prop_map(|parts| parts.join("/"));
    let link = prop::option::of("[a-z/.]{1,200}");
    let content = prop::collection::vec(any::<u8>(), 0..1200);
    (path, link, content, any::<bool>(), any::<bool>()).prop_map(|(path, link, content, is_gnu, xattr)| {
        let content = if link.is_some() { Vec::new() } else { content };
        Plain { path, link, content, is_gnu, xattr }
    })
}

fn written(entries: &[Plain]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for Plain { path, link, content, is_gnu, xattr } in entries {
        // It writes extension headers in its own order, and a long name after records is a mix.
        if *xattr && path.len() < 90 && link.as_ref().is_none_or(|link| link.len() < 90) {
            // A newline in a value is more than it can read.
            let value: Vec<u8> = content.iter().copied().filter(|&byte| byte != b'\n').collect();
            builder.append_pax_extensions([("SCHILY.xattr.user.a", &value[..])]).unwrap();
        }
        let mut header = if *is_gnu { ::tar::Header::new_gnu() } else { ::tar::Header::new_ustar() };
        header.set_mode(0o4755);
        header.set_uid(u64::from(*is_gnu) << 32);
        header.set_mtime(1_234_567_890);
        header.set_size(content.len() as u64);
        let result = match link {
            Some(target) => {
                header.set_entry_type(::tar::EntryType::Symlink);
                builder.append_link(&mut header, path, target)
            }
            None => builder.append_data(&mut header, path, &content[..]),
        };
        // A long name needs GNU's dialect.
        assert!(result.is_ok() || !is_gnu);
    }
    builder.into_inner().unwrap()
}

proptest! {
    #[test]
    fn agrees_with_the_tar_crate(entries in prop::collection::vec(plain(), 0..6)) {
        let bytes = written(&entries);
        let read = read(&bytes);
        prop_assert_eq!(read.error(), None);
        let odd: Vec<_> = read.anomalies().into_iter().filter(|(_, kind)| *kind != ExtensionMagic).collect();
        prop_assert_eq!(odd, vec![]);
        let mut archive = ::tar::Archive::new(&bytes[..]);
        let mut ours = read.members.iter();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let (member, content) = ours.next().unwrap();
            prop_assert_eq!(&member.entry.path[..], &entry.path_bytes()[..]);
            prop_assert_eq!(&member.entry.link[..], &entry.link_name_bytes().unwrap_or_default()[..]);
            prop_assert_eq!(member.entry.size, entry.size());
            prop_assert_eq!(u64::from(member.entry.mode), u64::from(entry.header().mode().unwrap()));
            prop_assert_eq!(member.entry.uid, entry.header().uid().unwrap());
            prop_assert_eq!(member.entry.modified.seconds as u64, entry.header().mtime().unwrap());
            prop_assert_eq!(member.position.header, entry.raw_header_position());
            prop_assert_eq!(member.position.data, entry.raw_file_position());
            let xattr = entry.pax_extensions().unwrap().and_then(|mut list| list.next()).map(|record| record.unwrap().value_bytes().to_vec());
            prop_assert_eq!(member.entry.xattrs.get(&b"user.a"[..]), xattr.as_ref());
            let mut theirs = Vec::new();
            entry.read_to_end(&mut theirs).unwrap();
            prop_assert_eq!(content, &theirs);
        }
        prop_assert!(ours.next().is_none());
    }

    #[test]
    fn takes_any_bytes(
        entries in prop::collection::vec(plain(), 0..4),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        has_checksums: bool,
    ) {
        let mut bytes = written(&entries);
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if has_checksums {
            for block in bytes.chunks_exact_mut(BLOCK) {
                let block: &mut Block = block.try_into().unwrap();
                let sum: u32 = block[..148].iter().chain(&block[156..]).map(|&byte| u32::from(byte)).sum();
                if block[257] == b'u' {
                    put(block, 148, format!("{:06o}\0 ", sum + 256));
                }
            }
        }
        let read = read(&bytes);
        prop_assert!(read.end.bytes <= bytes.len() as u64);
        prop_assert!(read.error.is_some() || read.end.bytes == bytes.len() as u64);
        let mut next = 0;
        for (member, content) in &read.members {
            let Position { start, header, data, .. } = member.position;
            prop_assert!(next <= start && start <= header && header < data);
            prop_assert!(content.len() as u64 <= member.entry.size);
            next = data;
        }
    }
}
