mod headers;
mod sparse;

use std::io::{self, Read as _};

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
fn checksums() {
    let block = with(ustar("f", b'0', 0), 0, "\u{e9}");
    let sum: i32 = block[..148].iter().chain(&block[156..]).map(|&byte| i32::from(byte as i8)).sum();
    let signed = with(block, 148, format!("{:06o}\0 ", sum + 256));
    check(&blocks().raw(signed).end(), &["é"], &[(148, SignedChecksum)]);
    let binary = |sum: i32| [&[0x80, 0, 0, 0][..], &(sum + 256).to_be_bytes()].concat();
    check(&blocks().raw(with(block, 148, binary(sum))).end(), &["é"], &[(148, SignedChecksum)]);
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
    let high = with(ustar("f", b'0', 0), 0, "\u{e9}");
    let sum: i32 = high[..148].iter().chain(&high[156..]).map(|&byte| i32::from(byte as i8)).sum();
    let signed = with(high, 148, format!("{:06o}\0 ", sum + 256));
    check(&whole.clone().raw(zeros(2)).raw(signed).0, &[(2048, EntriesAfterEnd)]);
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
fn data_that_are_not_padded() {
    let whole = blocks().file("e").add(ustar("f", b'0', 700), [7; 700]);
    let data = 2 * BLOCK + BLOCK;
    for length in [700, 701, 1023] {
        let end = data + length;
        let read =
            check(&whole.0[..end], &["e", "f"], &[(end as u64, MissingPadding), (end as u64, MissingEnd)]);
        assert_eq!(read.members[1].1, [7; 700]);
    }
    check(&whole.0[..data + 1024], &["e", "f"], &[(data as u64 + 1024, MissingEnd)]);
    check_error(&whole.0[..data + 699], data as u64 + 699, "within the data");
    let mut odd = whole.0[..data + 710].to_vec();
    odd[data + 705] = 1;
    let end = odd.len() as u64;
    check(&odd, &["e", "f"], &[(data as u64 + 700, Padding), (end, MissingPadding), (end, MissingEnd)]);
    let extension = blocks().long(b'L', "long\0").0;
    let wanted = [(0, DanglingExtension), (517, MissingPadding), (517, MissingEnd)];
    check(&extension[..517], &[], &wanted);
}

/// Gives a hundred bytes at a time, and is interrupted each time before.
struct Interrupted<'b>(&'b [u8], bool);

impl io::Read for Interrupted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(100);
        self.0.read(&mut buffer[..length])
    }
}

#[test]
fn archives_in_pieces() {
    let bytes = blocks().pax(record("path", "pax")).add(ustar("f", b'0', 700), [7; 700]).file("h").end();
    let mut reader =
        Reader::new(io::BufReader::with_capacity(90, Interrupted(&bytes, false)), Limits::default());
    let mut found = Vec::new();
    while let Some(item) = reader.next_member().unwrap() {
        let path = String::from_utf8_lossy(&item.member.entry.path).into_owned();
        let mut content = Vec::new();
        if path == "h" {
            item.content().read_to_end(&mut content).unwrap();
        }
        found.push((path, content));
    }
    assert_eq!(found, [("pax".to_owned(), b"".to_vec()), ("h".to_owned(), b"hi".to_vec())]);
    assert_eq!(reader.end().unwrap().bytes, bytes.len() as u64);
}

#[test]
fn archives_that_cannot_be_read() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("hole"))
        }
    }
    // In a header, in the data of an extension, and in content that is passed over.
    let bytes = blocks().pax(record("path", [b'x'; 600])).file("h").0;
    for whole in [0, 100, 700, 1024, 1700, 2049] {
        let reader = io::BufReader::with_capacity(90, bytes[..whole].chain(Broken));
        let mut reader = Reader::new(reader, Limits::default());
        let error = loop {
            match reader.next_member() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{whole}"),
                Err(error) => break error,
            }
        };
        assert!(error.kind.to_string().contains("hole"), "{whole}: {error}");
    }
}

#[test]
fn archives_cut_short() {
    let records = record("path", "pax");
    let whole = blocks().pax(&records).file("h").long(b'L', "gnu\0").file("h").end();
    // Where data end, and where what pads them does.
    let ends = [(0, 0), (512 + records.len(), 1024), (1538, 2048), (2564, 3072), (3586, 4096)];
    for cut in 0..whole.len() - 2 * BLOCK {
        let read = read(&whole[..cut]);
        let is_end = ends.iter().any(|&(data, padding)| (data..=padding).contains(&cut));
        assert_eq!(read.error.is_none(), is_end, "{cut}");
        let last = read.end.anomalies.last().map(|anomaly| &anomaly.kind);
        assert!(!is_end || last == Some(&MissingEnd), "{cut}");
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
    let number = |number: u64| format!("{number:011o}\0");
    let fields: Vec<String> = (0..5).flat_map(|at| [number(at), number(1)]).collect();
    let header = with(with(gnu("f", b'S', 5), 483, number(5)), 386, fields[..8].concat());
    let gnu_of_five = blocks().add(with(header, 482, "\x01"), fields[8..].concat()).raw("abcde").end();
    let error = read_with(&gnu_of_five, Limits { regions: 4, ..limits }).error.unwrap();
    assert_eq!((error.offset, error.kind.is_limit()), (512, true));
    assert!(read_with(&gnu_of_five, Limits { regions: 5, ..limits }).error.is_none());
    let records = [("size", "6"), ("numblocks", "3"), ("map", "0,1,2,1,4,1")]
        .map(|(name, value)| record(&format!("GNU.sparse.{name}"), value));
    let in_records = blocks().pax(records.concat()).add(ustar("f", b'0', 3), "abc").end();
    check(in_records.clone(), limits, "regions");
    // What is at a limit is within it.
    let limits = Limits { entries: 2, name: 8, pax: 32, regions: 3 };
    let fits = |bytes: Vec<u8>, limits| assert_eq!(read_with(&bytes, limits).error(), None);
    fits(in_records, Limits { pax: 100, ..limits });
    fits(
        blocks().pax(sparse_1_0("6")).add(ustar("f", b'0', 515), data("3\n0\n1\n2\n1\n4\n1\n", "abc")).end(),
        Limits { pax: 1 << 10, ..limits },
    );
    fits(blocks().file("12345678").file("b").end(), limits);
    fits(blocks().long(b'L', "12345678\0").file("b").end(), limits);
    fits(blocks().pax(record("a", [b'x'; 26])).file("b").end(), limits);
    assert_eq!(record("a", [b'x'; 26]).len(), 32);
    let globals = |length: usize| {
        let global = |keyword| record(keyword, vec![b'x'; length]);
        let header = || ustar("g", b'g', global("a").len() as u64);
        blocks().add(header(), global("a")).add(header(), global("b")).file("b").end()
    };
    fits(globals(15), limits);
    check(globals(16), limits, "a PAX header");
    let limits = Limits { entries: 1, name: 8, pax: 1 << 10, regions: 2 };
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
