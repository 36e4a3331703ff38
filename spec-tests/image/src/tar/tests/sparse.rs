//! Sparse files, in every form that they have.

use super::*;

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
    let mut reader = Reader::new(&bytes.0[..], Limits::default());
    let length = reader.next_member().unwrap().unwrap().content().read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(length, 10);
    check(bytes, SparseForm::Pax10);
    let words = |list: &[(&str, &str)]| {
        let records = list.iter().map(|(name, value)| record(&format!("GNU.sparse.{name}"), value));
        records.collect::<Vec<_>>().concat()
    };
    let records = words(&[("size", "10"), ("numblocks", "3"), ("name", "real"), ("map", "0,2,6,1,10,0")]);
    check(blocks().pax(records).add(ustar("fake", b'0', 3), "abc"), SparseForm::Pax01);
    let records = words(&[("numblocks", "3"), ("name", "real"), ("map", "0,2,6,1,10,0")]);
    let records = [records, record("SCHILY.realsize", "10")].concat();
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
    // Content that is not there is not the end of the file.
    let bytes = blocks().pax(sparse_1_0("10")).add(ustar("f", b'0', 515), data("1\n0\n5\n", "abc")).end();
    let mut reader = Reader::new(&bytes[..], Limits::default());
    let error = reader.next_member().unwrap().unwrap().content().read_to_end(&mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("without data"), "{error}");
    // Records that contradict themselves make no map, and all of the data is the content.
    let whole = [("size", "10"), ("numblocks", "1"), ("offset", "0"), ("numbytes", "2")];
    for (keyword, value, anomalies) in [
        ("minor", "x", &[SparseRecords, RecordNumber("number of a sparse file")][..]),
        ("offset", "6", &[SparseRecords]),
        ("numbytes", "0", &[SparseRecords]),
        ("numblocks", "2", &[SparseRecords]),
        ("major", "0", &[SparseRecords]),
        ("major", "1", &[SparseRecords]),
        ("major", "2", &[SparseRecords]),
    ] {
        let records = whole.into_iter().chain([(keyword, value), ("name", "real")]);
        let records: Vec<_> =
            records.map(|(name, value)| super::record(&format!("GNU.sparse.{name}"), value)).collect();
        let read = read(&blocks().pax(records.concat()).file("f").end());
        let kinds: Vec<_> = read.anomalies().into_iter().map(|(_, kind)| kind).collect();
        let kinds: Vec<_> = kinds.into_iter().filter(|kind| *kind != RepeatedRecord).collect();
        assert_eq!(kinds, anomalies, "{keyword} {value}");
        assert_eq!((&read.members[0].0.sparse, &read.members[0].1[..]), (&None, &b"hi"[..]));
    }
    for (major, minor) in [("1", "1"), ("2", "0")] {
        let records = String::from_utf8(sparse_1_0("10")).unwrap();
        let records = records.replace("major=1", &format!("major={major}"));
        let records = records.replace("minor=0", &format!("minor={minor}"));
        let read = read(&blocks().pax(records).file("f").end());
        assert_eq!(read.anomalies().into_iter().map(|(_, kind)| kind).collect::<Vec<_>>(), [SparseRecords]);
        assert_eq!(read.members[0].0.sparse, None);
    }
    // No file is larger than 2^63 - 1 bytes.
    let of_size = |size: u64| {
        blocks().pax(sparse_1_0(&size.to_string())).add(ustar("f", b'0', 514), data("1\n0\n2\n", "ab")).end()
    };
    super::check(&of_size(i64::MAX as u64), &["real"], &[]);
    check_error(&of_size(1 << 63), 1024, "size");
    let record = record("GNU.sparse.name", "other");
    let read =
        super::check(&blocks().pax(record.clone()).file("f").end(), &["other"], &[(515, SparseRecords)]);
    assert_eq!((&read.members[0].0.sparse, &read.members[0].1[..]), (&None, &b"hi"[..]));
    // What is no file cannot be sparse, and still has that name.
    let directory = blocks().pax(record.clone()).add(ustar("d/", b'5', 0), "").end();
    super::check(&directory, &["other"], &[(515, SparseRecords)]);
    // The map of this one is in its header.
    let number = |number: u64| format!("{number:011o}\0");
    let header = with(with(gnu("real", b'S', 3), 483, number(3)), 386, [number(0), number(3)].concat());
    let bytes = blocks().pax(record).add(header, "abc").end();
    super::check(&bytes, &["other"], &[(515, SparseRecords)]);
}
