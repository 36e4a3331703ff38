//! The reader against hand-made texts, and against serde_json as the oracle.

use proptest::prelude::*;

use super::{AnomalyKind, Document, Kind, Limits, Value, line_and_column};

fn anomalies(text: &[u8]) -> Vec<AnomalyKind> {
    match Document::parse(text, &Limits::default()) {
        Ok(document) => document.anomalies().iter().map(|anomaly| anomaly.kind).collect(),
        Err(anomaly) => vec![match anomaly.kind {
            AnomalyKind::NotJson(_) => AnomalyKind::NotJson(""),
            other => other,
        }],
    }
}

#[test]
fn anomalies_are_told_apart() {
    use AnomalyKind::*;
    let check = |text: &[u8], wanted: &[AnomalyKind]| {
        assert_eq!(anomalies(text), wanted, "{}", String::from_utf8_lossy(text));
    };
    check(b" {\"a\": [1, -2.5e+3, true, false, null, \"\\u00e9\\n\"]} \n", &[]);
    check(b"\xef\xbb\xbf{}", &[ByteOrderMark]);
    check(b"{\"a\":\"\xff\"}", &[NotUtf8]);
    check(b"{} {}", &[TrailingData]);
    check(b"{}\0", &[TrailingData]);
    check(br#"{"a":1,"b":2,"a":3}"#, &[DuplicateName]);
    check(br#"{"a":1,"\u0061":3}"#, &[DuplicateName]);
    check(br#"{"a":{"a":1}}"#, &[]);
    check(br#"["\ud83d\ude00"]"#, &[]);
    check(br#"["\ud83d"]"#, &[LoneSurrogate]);
    check(br#"["\ude00\ud83d"]"#, &[LoneSurrogate, LoneSurrogate]);
    check("[".repeat(10_001).as_bytes(), &[TooDeep]);
    check(&vec![b' '; (4 << 20) + 1], &[TooLarge]);
    let wrong: &[&[u8]] = &[
        b"",
        b" ",
        b"{",
        b"[",
        b"[1",
        b"[1,",
        b"[1,]",
        b"{\"a\"}",
        b"{\"a\":}",
        b"{\"a\":1,}",
        b"{a:1}",
        b"'a'",
        b"01",
        b"1.",
        b".5",
        b"1e",
        b"+1",
        b"-",
        b"tru",
        b"nul",
        b"NaN",
        b"\"",
        b"\"\n\"",
        b"\"\\x\"",
        b"\"\\u12\"",
        b"// x\n1",
        b"[1}",
        b"{\"a\":1]",
        b"\xff\xfe{\0}\0",
    ];
    for text in wrong {
        let kinds = anomalies(text);
        assert_eq!(kinds, [NotJson("")], "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn duplicates_are_seen_among_many_members() {
    let mut members: Vec<String> = (0..100).map(|n| format!("\"k{n}\":0")).collect();
    members.push("\"k\\u0033\":0".into());
    members.push("\"k99\":0".into());
    let text = format!("{{{}}}", members.join(","));
    let document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
    let places: Vec<&str> = document.anomalies().iter().map(|a| &text[a.span.start..a.span.end]).collect();
    assert_eq!(places, ["\"k\\u0033\"", "\"k99\""]);
}

#[test]
fn depth_is_counted_and_the_limit_holds() {
    let limits = Limits { depth: 3, ..Limits::default() };
    assert!(Document::parse(b"[[[1]]]", &limits).is_ok());
    let error = Document::parse(b"[[[[1]]]]", &limits).unwrap_err();
    assert_eq!((error.kind, error.span.start), (AnomalyKind::TooDeep, 3));
}

#[test]
fn a_text_may_be_as_long_as_the_limit() {
    let limits = |bytes: usize| Limits { bytes, ..Limits::default() };
    assert!(Document::parse(b"[1234]", &limits(6)).is_ok());
    let error = Document::parse(b"[1234]", &limits(5)).unwrap_err();
    assert_eq!((error.kind, error.span.start, error.span.end), (AnomalyKind::TooLarge, 0, 6));
}

#[test]
fn what_is_not_json_is_told_with_its_place() {
    for (text, place) in [(&b"[x]"[..], 1..2), (b"[1", 2..2), (b"", 0..0), (b"[1, 2}", 5..6)] {
        let error = Document::parse(text, &Limits::default()).unwrap_err();
        assert_eq!(error.span.start..error.span.end, place);
    }
}

#[test]
fn what_is_not_utf8_is_told_with_its_place() {
    let place = |text: &[u8]| {
        let document = Document::parse(text, &Limits::default()).unwrap();
        let anomaly = document.anomalies()[0];
        assert_eq!(anomaly.kind, AnomalyKind::NotUtf8);
        anomaly.span.start..anomaly.span.end
    };
    assert_eq!(place(b"[\"ab\xe2\x82\",\"\xff\"]"), 4..6);
    assert_eq!(place(b"[] \xe2\x82"), 3..5);
}

#[test]
fn values_know_their_place() {
    let text = br#"{"a/b": {"~": [10, {"x": "\u0041"}]}}"#;
    let document = Document::parse(text, &Limits::default()).unwrap();
    let inner = document.root().get("a/b").and_then(|v| v.get("~")).unwrap();
    let x = inner.items().nth(1).and_then(|v| v.get("x")).unwrap();
    assert_eq!(x.pointer(), "/a~1b/~0/1/x");
    assert_eq!(x.raw(), br#""\u0041""#);
    assert_eq!(x.as_str().unwrap(), "A");
    let name = inner.items().nth(1).unwrap().members().next().unwrap().name_value();
    assert_eq!(name.pointer(), "/a~1b/~0/1/x");
    assert_eq!(document.root().pointer(), "");
    assert_eq!(line_and_column("a\né x".as_bytes(), 5), (2, 3));
}

#[test]
fn values_are_what_is_written() {
    let text = br#"{"n\u0061me": 1, "yes": true, "no": false, "none": null, "list": [0.5, 1e400]}"#;
    let document = Document::parse(text, &Limits::default()).unwrap();
    assert_eq!(document.bytes(), text);
    let root = document.root();
    assert_eq!(root.get("name").map(Value::raw), Some(&b"1"[..]));
    assert_eq!(root.get("yes").and_then(Value::as_bool), Some(true));
    assert_eq!(root.get("no").and_then(Value::as_bool), Some(false));
    for name in ["name", "none"] {
        let value = root.get(name).unwrap();
        assert_eq!(value.as_bool(), None);
        assert_eq!((value.members().count(), value.items().count()), (0, 0));
    }
    let list: Vec<Option<bool>> = root.get("list").unwrap().items().map(Value::fits_double).collect();
    assert_eq!(list, [Some(true), Some(false)]);
    assert_eq!(root.get("yes").and_then(Value::fits_double), None);
    let scalar = Document::parse(b"7", &Limits::default()).unwrap();
    assert_eq!((scalar.root().members().count(), scalar.root().items().count()), (0, 0));
}

fn same(ours: Value<'_>, theirs: &serde_json::Value) -> bool {
    match theirs {
        serde_json::Value::Null => ours.is_null(),
        serde_json::Value::Bool(b) => ours.as_bool() == Some(*b),
        serde_json::Value::Number(n) => {
            let text = std::str::from_utf8(ours.raw()).unwrap();
            ours.kind() == Kind::Number && text.parse::<f64>().ok() == n.as_f64()
        }
        serde_json::Value::String(s) => ours.as_str().as_deref() == Some(s.as_str()),
        serde_json::Value::Array(a) => {
            ours.items().count() == a.len() && ours.items().zip(a).all(|(o, t)| same(o, t))
        }
        serde_json::Value::Object(o) => {
            // The oracle keeps the last of several equal names.
            let mut last = std::collections::BTreeMap::new();
            last.extend(ours.members().map(|m| (m.name().into_owned(), m.value)));
            last.len() == o.len()
                && last.iter().all(|(name, value)| o.get(name).is_some_and(|t| same(*value, t)))
        }
    }
}

fn agrees(text: &[u8]) -> Result<(), TestCaseError> {
    let ours = Document::parse(text, &Limits::default());
    let theirs = serde_json::from_slice::<serde_json::Value>(text);
    // Where the two differ by design: we read on past what RFC 8259 calls a JSON text with a
    // flaw, and the oracle refuses numbers that no double can hold.
    let flawed = |kind| !matches!(kind, AnomalyKind::DuplicateName);
    match (&ours, &theirs) {
        (Ok(document), Ok(value)) => {
            prop_assert!(document.anomalies().iter().all(|a| !flawed(a.kind)), "{:?}", document.anomalies());
            prop_assert!(same(document.root(), value));
        }
        (Ok(document), Err(error)) => {
            let huge = document
                .numbers()
                .any(|n| String::from_utf8_lossy(n.raw()).parse().is_ok_and(f64::is_infinite));
            prop_assert!(
                huge || document.anomalies().iter().any(|a| flawed(a.kind)),
                "only the oracle objects: {error}"
            );
        }
        (Err(anomaly), Ok(_)) => prop_assert!(false, "only we object: {anomaly:?}"),
        (Err(_), Err(_)) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn tokens_in_any_order_read_as_the_oracle_reads_them(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u0061\"", "\"\\ud800\"", "1", "-0", "1.5e3", "1e999", "01",
            "true", "null", " ", "\n", "\u{feff}", "\"", "\\", "é", "nul",
        ]), 0..12)
    ) {
        agrees(tokens.concat().as_bytes())?;
    }

    #[test]
    fn bytes_never_surprise(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        agrees(&bytes)?;
    }

    #[test]
    fn a_damaged_document_reads_as_the_oracle_reads_it(at in 0usize..200, byte in any::<u8>()) {
        let mut text = br#"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:00","size":7,"x":[1,{"a":null}]},"layers":[],"n":-1.5E+2,"s":"\ud83d\ude00\t"}"#.to_vec();
        let at = at % text.len();
        text[at] = byte;
        agrees(&text)?;
    }
}
