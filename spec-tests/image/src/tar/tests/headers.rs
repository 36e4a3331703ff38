//! What the headers of one entry come to.

use super::*;

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
    // A long name or a long target makes it GNU's, whatever the header's magic.
    for flag in [b'L', b'K'] {
        let read = check(
            &blocks().long(flag, "long\0").add(ustar("h", b'2', 0), "").end(),
            &[if flag == b'L' { "long" } else { "h" }],
            &[],
        );
        assert_eq!(read.members[0].0.dialect, Dialect::Gnu);
    }
}

#[test]
fn owners_have_names_in_all_dialects_but_the_oldest() {
    let names = |block: Block| {
        let block = with(with(block, 265, "joe"), 297, "crew");
        let read = check(&blocks().add(block, "").end(), &["f"], &[]);
        let Entry { uname, gname, .. } = read.members[0].0.entry.clone();
        (uname, gname)
    };
    let wanted = (b"joe".to_vec(), b"crew".to_vec());
    assert_eq!(names(ustar("f", b'0', 0)), wanted);
    assert_eq!(names(gnu("f", b'0', 0)), wanted);
    assert_eq!(names(v7("f", b'0', 0)), Default::default());
}

#[test]
fn the_numbers_of_devices_that_records_give() {
    let device = |records: &[Vec<u8>]| {
        let header = with(ustar("d", b'3', 0), 329, "0000010\x000000003\0");
        let read = read(&blocks().pax(records.concat()).add(header, "").end());
        (read.members[0].0.entry.device, read.anomalies())
    };
    let [major, minor] = ["major", "minor"].map(|word| format!("SCHILY.dev{word}"));
    let both = [record(&major, "4294967295"), record(&minor, "0")];
    assert_eq!(device(&both), (Device { major: u32::MAX, minor: 0 }, vec![]));
    let too_large = [record(&major, "4294967296"), record(&minor, "x")];
    let (kept, anomalies) = device(&too_large);
    assert_eq!(kept, Device { major: 8, minor: 3 });
    let kinds: Vec<_> = anomalies.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, [RecordNumber("SCHILY.devmajor"), RecordNumber("SCHILY.devminor")]);
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
    // Where it has no data, or the size stands elsewhere, a blank size is not odd.
    let blank = |flag| with(ustar("d", flag, 0), 124, "           \0");
    super::check(&blocks().add(blank(b'5'), "").end(), &["d"], &[]);
    let read = super::check(&blocks().pax(record("size", "0")).add(blank(b'0'), "").end(), &["d"], &[]);
    assert_eq!(read.members[0].0.entry.size, 0);
    let junk = with(ustar("f", b'0', 0), 124, "0000000002x\0");
    let read = super::check(
        &blocks().pax(record("size", "2")).add(junk, "hi").end(),
        &["f"],
        &[(1024 + 124, NumberJunk("size"))],
    );
    assert_eq!(read.members[0].1, b"hi");
    for size in ["0000000002x\0", "-0000000002\0", "0x000000002\0"] {
        for flag in [b'0', b'1', b'2', b'5', b'7', b'x', b'L', b'Z'] {
            check_error(&blocks().add(with(ustar("f", flag, 0), 124, size), "").end(), 124, "size");
        }
    }
}

#[test]
fn sizes_that_are_ignored() {
    for flag in [b'3', b'4', b'6'] {
        let check = |size: &[u8], wanted: &[(u64, AnomalyKind)]| {
            let read = check(
                &blocks().add(with(ustar("d", flag, 0), 124, size), "").file("f").end(),
                &["d", "f"],
                wanted,
            );
            assert_eq!(read.members[0].0.entry.size, 0);
        };
        check(b"junkjunkjun\0", &[(124, NumberJunk("size"))]);
        check(b"00000001000x", &[(124, NumberJunk("size")), (124, SizeWithoutData(512))]);
        check(&[0xff; 12], &[(124, NumberRange("size"))]);
        check(b"            ", &[]);
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
    check("abc\0\0\0", "abc", &[(516, BytesAfterLongName)]);
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
    check(b"3 \n", "good", &at(NoEquals));
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
    check(b"11 atime=x\n", "good", &[(528, RecordNumber("atime"))]);
    check(b"11 ctime=x\n", "good", &[(528, RecordNumber("ctime"))]);
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
    super::check(&blocks().add(version, "").end(), &["f"], &[(263, Version)]);
    check(blocks().add(with(ustar("x", b'x', size), 263, "\0\0"), &record), "pax", &[(263, Version)]);
    for block in [v7("f", 0, 0), gnu("f", b'0', 0)] {
        let prefixed = with(block, 345, "prefix");
        super::check(&blocks().add(prefixed, "").end(), &["f"], &[(345, UnusedPrefix)]);
    }
    let second_time = with(gnu("f", b'0', 0), 357, "prefix");
    super::check(&blocks().add(second_time, "").end(), &["f"], &[(345, UnusedPrefix)]);
    let times = with(gnu("f", b'0', 0), 345, "14751000000\x0014751000000\0");
    super::check(&blocks().add(times, "").end(), &["f"], &[]);
    let star = with(with(ustar("f", b'0', 0), 345, "dir"), 476, "14751000000 14751000000 ");
    super::check(&blocks().add(with(star, 508, "tar\0"), "").end(), &["dir/f"], &[]);
}
