use std::io::Read;

use super::super::entry::Device;
use super::*;
use Dialect::*;

fn file(path: &str) -> Entry {
    Entry { path: path.into(), mode: 0o644, ..Entry::default() }
}

fn archive(dialect: Dialect, entries: &[(Entry, &[u8])]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), dialect);
    for (entry, content) in entries {
        writer.append(entry, *content).unwrap();
    }
    writer.finish().unwrap()
}

type Records = Vec<(String, Vec<u8>)>;

/// What the `tar` crate reads of an archive of one entry: path, target, numbers, and PAX records.
fn peer(archive: &[u8]) -> (Entry, Records, Vec<u8>) {
    let mut archive = tar::Archive::new(archive);
    let mut entries = archive.entries().unwrap();
    let mut read = entries.next().unwrap().unwrap();
    let records = read.pax_extensions().unwrap().map_or_else(Vec::new, |records| {
        records
            .map(|record| record.map(|it| (it.key().unwrap().to_owned(), it.value_bytes().to_vec())).unwrap())
            .collect()
    });
    let header = read.header();
    let entry = Entry {
        path: read.path_bytes().into_owned(),
        kind: match header.entry_type().as_byte() {
            0 | b'0' => EntryKind::File,
            b'1' => EntryKind::HardLink,
            b'2' => EntryKind::Symlink,
            b'3' => EntryKind::CharDevice,
            b'4' => EntryKind::BlockDevice,
            b'5' => EntryKind::Directory,
            b'6' => EntryKind::Fifo,
            other => EntryKind::Other(other),
        },
        link: read.link_name_bytes().unwrap_or_default().into_owned(),
        size: read.size(),
        mode: header.mode().unwrap(),
        uid: header.uid().unwrap(),
        gid: header.gid().unwrap(),
        uname: header.username_bytes().unwrap_or_default().to_vec(),
        gname: header.groupname_bytes().unwrap_or_default().to_vec(),
        modified: Time { seconds: header.mtime().unwrap() as i64, nanoseconds: 0 },
        device: Device {
            major: header.device_major().ok().flatten().unwrap_or_default(),
            minor: header.device_minor().ok().flatten().unwrap_or_default(),
        },
        xattrs: Default::default(),
    };
    let mut content = Vec::new();
    read.read_to_end(&mut content).unwrap();
    drop(read);
    assert!(entries.next().is_none());
    (entry, records, content)
}

#[test]
fn plain_entries_read_the_same_from_every_dialect() {
    let full = Entry {
        mode: 0o7751,
        uid: 0o7777777,
        gid: 0o7777777,
        modified: Time { seconds: 0o77777777777, nanoseconds: 0 },
        ..file("d/ä")
    };
    let root = |name: &str| Entry { uname: name.into(), gname: name.into(), ..full.clone() };
    let device = Device { major: 0o7777777, minor: 1 };
    let link = |kind, target: &str| Entry { kind, link: target.into(), ..full.clone() };
    let special = |kind, device| Entry { kind, device, ..full.clone() };
    let hundred = "n".repeat(100);
    let cases: &[(Entry, &[Dialect])] = &[
        (full.clone(), &Dialect::ALL),
        (Entry { kind: EntryKind::Directory, path: b"d".to_vec(), ..full.clone() }, &[Ustar, Pax, Gnu]),
        (Entry { path: b"\xff\xfe".to_vec(), ..full.clone() }, &Dialect::ALL),
        (file(&hundred[1..]), &Dialect::ALL),
        (file(&hundred), &[Ustar, Pax, Gnu]),
        (root(&hundred[..31]), &[Ustar, Pax, Gnu]),
        (link(EntryKind::HardLink, "a"), &Dialect::ALL),
        (link(EntryKind::Symlink, &hundred), &[Ustar, Pax, Gnu]),
        (special(EntryKind::CharDevice, device), &[Ustar, Pax, Gnu]),
        (special(EntryKind::BlockDevice, device), &[Ustar, Pax, Gnu]),
        (special(EntryKind::Fifo, Device::default()), &[Ustar, Pax, Gnu]),
        (special(EntryKind::Other(b'Z'), Device::default()), &Dialect::ALL),
        (Entry { size: 5, ..full.clone() }, &Dialect::ALL),
        (Entry { size: 512, ..full.clone() }, &Dialect::ALL),
        (Entry { size: 513, ..full }, &Dialect::ALL),
    ];
    for (entry, dialects) in cases {
        for dialect in Dialect::ALL {
            let content = vec![b'x'; entry.size as usize];
            let mut archive = Vec::new();
            let result = push(&mut archive, entry, &content, dialect);
            assert_eq!(result.is_ok(), dialects.contains(&dialect), "{dialect} {entry:?}");
            if result.is_err() {
                assert!(archive.is_empty());
                continue;
            }
            assert_eq!(archive.len(), 512 + content.len().next_multiple_of(512), "{dialect} {entry:?}");
            archive.extend(END);
            assert_eq!(peer(&archive), (entry.clone(), vec![], content), "{dialect}");
        }
    }
}

#[test]
fn oldest_archives_tell_directories_by_their_slash() {
    let directory = Entry { kind: EntryKind::Directory, ..file("d/") };
    for (dialect, flag) in [(V7, 0), (Ustar, b'5'), (Pax, b'5'), (Gnu, b'5')] {
        assert_eq!(header(&directory, dialect).unwrap()[TYPE], flag, "{dialect}");
    }
    let error = header(&Entry { path: b"d".to_vec(), ..directory.clone() }, V7).unwrap_err();
    assert_eq!(error.to_string(), "v7 archives cannot hold directories whose names do not end with a slash");
    header(&Entry { kind: EntryKind::File, ..directory }, V7).unwrap_err();
}

/// What a dialect needs for a value that does not fit: `None` if it cannot hold it, else the PAX records.
#[track_caller]
fn check_large(entry: Entry, dialect: Dialect, want: Option<&[(&str, &str)]>) {
    let blocks = header(&entry, dialect);
    assert_eq!(blocks.is_ok(), want.is_some(), "{dialect} {entry:?}");
    let (Ok(mut blocks), Some(want)) = (blocks, want) else { return };
    // The content is not there.
    blocks.extend(END);
    let mut peer_archive = tar::Archive::new(blocks.as_slice());
    let mut read = peer_archive.entries().unwrap().next().unwrap().unwrap();
    assert_eq!((read.path_bytes(), read.size()), (entry.path.clone().into(), entry.size), "{dialect}");
    assert_eq!(read.link_name_bytes().unwrap_or_default(), entry.link, "{dialect}");
    if dialect == Gnu {
        assert_eq!(read.header().uid().unwrap(), entry.uid);
        assert_eq!(read.header().mtime().unwrap() as i64, entry.modified.seconds);
    }
    let records: Records = read.pax_extensions().unwrap().map_or_else(Vec::new, |records| {
        records
            .map(|it| it.unwrap())
            .map(|it| (it.key().unwrap().into(), it.value_bytes().to_vec()))
            .collect()
    });
    let want: Records =
        want.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec())).collect();
    assert_eq!(records, want, "{dialect} {entry:?}");
}

#[test]
fn large_values_go_where_the_dialect_has_room() {
    let long = "l".repeat(101);
    let parts = format!("{}/{}", "p".repeat(155), "n".repeat(100));
    let too_long = format!("{}/{}", "p".repeat(156), "n".repeat(10));
    let absolute = format!("/{long}");
    let short_parts = format!("p/{}", "n".repeat(100));
    for (path, fits_ustar) in
        [(&parts, true), (&short_parts, true), (&too_long, false), (&long, false), (&absolute, false)]
    {
        check_large(file(path), V7, None);
        check_large(file(path), Ustar, fits_ustar.then_some(&[]));
        let record = [("path", path.as_str())];
        check_large(file(path), Pax, Some(if fits_ustar { &[] } else { &record }));
        check_large(file(path), Gnu, Some(&[]));
    }
    let link = Entry { kind: EntryKind::Symlink, link: long.clone().into(), ..file("a") };
    let values: [(Entry, (&str, &str)); 4] = [
        (link, ("linkpath", &long)),
        (Entry { uid: 0o10000000, ..file("a") }, ("uid", "2097152")),
        (Entry { size: 1 << 33, ..file("a") }, ("size", "8589934592")),
        (Entry { modified: Time { seconds: -2, nanoseconds: 0 }, ..file("a") }, ("mtime", "-2")),
    ];
    for (entry, record) in values {
        check_large(entry.clone(), V7, None);
        check_large(entry.clone(), Ustar, None);
        check_large(entry.clone(), Pax, Some(&[record]));
        // The other library takes no negative time.
        if entry.modified.seconds == 0 {
            check_large(entry, Gnu, Some(&[]));
        }
    }
    let device =
        Entry { kind: EntryKind::CharDevice, device: Device { major: 1 << 21, minor: 0 }, ..file("a") };
    for dialect in [V7, Ustar, Pax] {
        header(&device, dialect).unwrap_err();
    }
    let huge = Entry { uid: 1 << 56, ..file("a") };
    check_large(huge.clone(), Gnu, None);
    check_large(huge, Pax, Some(&[("uid", "72057594037927936")]));
}

#[test]
fn only_records_hold_the_rest() {
    let mut xattrs = file("a");
    xattrs.xattrs.insert(b"user.mood".to_vec(), b"so so".to_vec());
    let time = |seconds, nanoseconds| Entry { modified: Time { seconds, nanoseconds }, ..file("a") };
    let name = "n".repeat(32);
    let cases: [(Entry, (&str, &str)); 7] = [
        (xattrs, ("SCHILY.xattr.user.mood", "so so")),
        (time(1, 500_000_000), ("mtime", "1.5")),
        (time(0, 1), ("mtime", "0.000000001")),
        (time(-1, 500_000_000), ("mtime", "-0.5")),
        (time(-2, 250_000_000), ("mtime", "-1.75")),
        (Entry { uname: name.clone().into(), ..file("a") }, ("uname", &name)),
        (Entry { gname: name.clone().into(), ..file("a") }, ("gname", &name)),
    ];
    for (entry, record) in cases {
        for dialect in [V7, Ustar, Gnu] {
            check_large(entry.clone(), dialect, None);
        }
        check_large(entry, Pax, Some(&[record]));
    }
    for name in ["", "user.a=b", "user.\0"] {
        let mut entry = file("a");
        entry.xattrs.insert(name.into(), Vec::new());
        check_large(entry, Pax, None);
    }
}

#[test]
fn records_that_are_no_utf_8_say_so() {
    let path = [b"d/".as_slice(), &[0xff; 120]].concat();
    let blocks = archive(Pax, &[(Entry { path: path.clone(), ..file("") }, b"")]);
    let (entry, records, _) = peer(&blocks);
    assert_eq!(entry.path, path);
    assert_eq!(records[0], ("hdrcharset".to_owned(), b"BINARY".to_vec()));
    // A NUL would end a name anywhere else.
    let path = b"a\0b".to_vec();
    let blocks = archive(Pax, &[(Entry { path: path.clone(), ..file("") }, b"")]);
    assert_eq!(peer(&blocks).1, [("path".to_owned(), path.clone())]);
    for dialect in [V7, Ustar, Gnu] {
        header(&Entry { path: path.clone(), ..file("") }, dialect).unwrap_err();
    }
}

#[test]
fn lengths_of_records_count_themselves() {
    for length in 80..120 {
        let entry = Entry { kind: EntryKind::Symlink, link: vec![b'l'; 100 + length], ..file("a") };
        let blocks = archive(Pax, &[(entry.clone(), b"")]);
        assert_eq!(peer(&blocks).0.link, entry.link);
    }
}

#[test]
fn content_may_be_interrupted_but_not_broken() {
    struct Fails(Option<io::ErrorKind>);
    impl Read for Fails {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.take() {
                Some(kind) => Err(kind.into()),
                None => b"hello".as_slice().read(buffer),
            }
        }
    }
    let entry = Entry { size: 5, ..file("a") };
    let append = |kind| {
        let mut writer = Writer::new(Vec::new(), Ustar);
        writer.append(&entry, Fails(Some(kind)).take(5)).map(|()| writer.finish().unwrap())
    };
    assert_eq!(append(io::ErrorKind::Interrupted).unwrap(), archive(Ustar, &[(entry.clone(), b"hello")]));
    assert!(matches!(append(io::ErrorKind::Other), Err(WriteError::Io(_))));
}

#[test]
fn extensions_have_a_name_and_a_mode() {
    let long = file(&"l".repeat(101));
    for (dialect, name) in [(Gnu, &b"././@LongLink\0"[..]), (Pax, b"././@PaxHeader\0")] {
        let blocks = header(&long, dialect).unwrap();
        assert!(blocks.starts_with(name), "{:?}", String::from_utf8_lossy(&blocks[..30]));
        assert_eq!(&blocks[100..108], b"0000644\0");
    }
}

#[test]
fn numbers_before_zero_are_written_in_base_256() {
    let time = Entry { modified: Time { seconds: -2, nanoseconds: 0 }, ..file("a") };
    let blocks = header(&time, Gnu).unwrap();
    assert_eq!(&blocks[136..148], [&[0xff; 11][..], &[0xfe]].concat());
}

#[test]
fn content_has_the_promised_size() {
    let entry = Entry { size: 5, ..file("a") };
    let append =
        |content: &[u8]| Writer::new(Vec::new(), Ustar).append(&entry, content).map_err(|e| e.to_string());
    assert_eq!(append(b"12345"), Ok(()));
    assert_eq!(append(b"1234"), Err("the content is shorter than the 5 bytes it should have".to_owned()));
    assert_eq!(append(b"123456"), Err("the content is longer than the 5 bytes it should have".to_owned()));
}

#[test]
fn an_archive_is_its_entries_and_an_end() {
    let entries: [(Entry, &[u8]); 2] = [(Entry { size: 2, ..file("a") }, b"hi"), (file("b"), b"")];
    for dialect in Dialect::ALL {
        let mut pushed = Vec::new();
        entries.iter().for_each(|(entry, content)| push(&mut pushed, entry, content, dialect).unwrap());
        pushed.extend(END);
        assert_eq!(archive(dialect, &entries), pushed);
        assert_eq!(pushed.len(), 5 * BLOCK);
    }
}
