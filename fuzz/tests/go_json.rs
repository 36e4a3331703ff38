//! The model of Go's `encoding/json` against the real one, where Go is installed.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seaworthy_fuzz::go_json::{Names, read};
use seaworthy_fuzz::mutate::mutated;
use seaworthy_fuzz::seeds;
use seaworthy_fuzz::targets::{self, Input};
use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_image::views::DocumentKind;

/// How many documents there are besides the seeds.
const DOCUMENTS: usize = 6000;

/// Documents that mutations are slow to come by.
const BY_HAND: &[(DocumentKind, &str)] = &[
    (DocumentKind::Manifest, r#"{"layers":[{"size":1},{"size":2}],"layers":[{}],"layers":[{},{},{}]}"#),
    (DocumentKind::Manifest, r#"{"layers":[{"size":1},{"size":2}],"layers":[],"layers":[{},{}]}"#),
    (DocumentKind::Manifest, r#"{"layers":[{"size":1}],"layers":null,"layers":[{},null]}"#),
    (DocumentKind::Manifest, r#"{"config":{"digest":"a","size":1},"CONFIG":{"size":2}}"#),
    (DocumentKind::Manifest, r#"{"subject":{"digest":"a"},"subject":{"size":2},"subject":null}"#),
    (DocumentKind::Manifest, r#"{"annotations":{"a":"1"},"annotations":{"b":"2","a":null}}"#),
    (DocumentKind::Manifest, "{\"layer\u{17f}\":[{\"\u{17f}ize\":7,\"platform\":{\"o\u{17f}\":\"linux\"}}]}"),
    (DocumentKind::Config, "{\"config\":{\"\u{212a}abels\":{},\"User\":\"a\",\"user\":\"b\"}}"),
    (DocumentKind::Config, r#"{"created":"2026-01-02T3:04:05,5+24:60"}"#),
    (DocumentKind::Config, r#"{"created":"2026-01-02T03:04:60Z"}"#),
    (DocumentKind::Config, r#"{"created":"2026-01-02t03:04:05z"}"#),
    (DocumentKind::Config, r#"{"created":"2026-01-02T03:04:05\u005a"}"#),
    (DocumentKind::Config, r#"{"created":"2026-02-29T03:04:05Z"}"#),
    (DocumentKind::Config, r#"{"created":"2026-01-02T03:04:05.Z"}"#),
    (
        DocumentKind::Config,
        r#"{"created":null,"history":[{"created":"2024-02-29T23:59:59.123456789123-23:59"}]}"#,
    ),
    (DocumentKind::Config, r#"{"created":""}"#),
    (DocumentKind::Config, r#"{"config":{"ExposedPorts":{"80/tcp":{"x":1},"80":null}}}"#),
    (DocumentKind::Config, r#"{"config":{"Volumes":{"/x":[]}}}"#),
    (DocumentKind::Descriptor, r#"{"data":"e3\n0=\r\n"}"#),
    (DocumentKind::Descriptor, r#"{"data":"e31="}"#),
    (DocumentKind::Descriptor, r#"{"data":"e30"}"#),
    (DocumentKind::Descriptor, r#"{"data":[1,255,null]}"#),
    (DocumentKind::Descriptor, r#"{"data":[-0]}"#),
    (DocumentKind::Descriptor, r#"{"data":[256]}"#),
    (DocumentKind::Descriptor, r#"{"size":9223372036854775808}"#),
    (DocumentKind::Descriptor, r#"{"size":2.0}"#),
    (DocumentKind::Descriptor, r#"{"size":-0}"#),
    (DocumentKind::Descriptor, r#"{"urls":["a",null],"urls":[null,null,"c"]}"#),
    (DocumentKind::Header, "\u{feff}{}"),
    (DocumentKind::Header, "{} {}"),
    (DocumentKind::Header, "null"),
    (DocumentKind::Header, "[]"),
    (DocumentKind::Header, r#"{"imageLayoutVersion":"\ud83d\ud83d\ude00\udc00"}"#),
    (DocumentKind::Header, r#"{"x":1e999}"#),
];

fn documents() -> Vec<(DocumentKind, Vec<u8>)> {
    let target = targets::find("go_json").expect("it is listed");
    let mut pool: Vec<Vec<u8>> = seeds::of(target).into_iter().map(|seed| seed.bytes).collect();
    let mut documents: Vec<_> =
        BY_HAND.iter().map(|(kind, text)| (*kind, text.as_bytes().to_vec())).collect();
    let bad =
        [&b"\"\xe2\x82\""[..], b"\"\xff\xfe\"", b"\"\xf0\x9f\x98\"", b"\"\xed\xa0\x80\"", b"\"\xc0\x80\""];
    documents
        .extend(bad.map(|text| (DocumentKind::Header, [b"{\"imageLayoutVersion\":", text, b"}"].concat())));
    for depth in [9_999, 10_000, 10_001] {
        let text = format!("{{\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        documents.push((DocumentKind::Header, text.into_bytes()));
    }
    for number in 0..DOCUMENTS {
        let choices = seeded(&format!("go {number}"), 512);
        let (first, rest) = choices.split_at(8);
        let mut first = Choices::new(first);
        let document = mutated(Input::Document, &pool[first.below(pool.len())], rest);
        if document.len() < 8192 {
            documents.push((*first.pick(&DocumentKind::ALL), document.clone()));
            pool.push(document);
        }
    }
    for document in pool {
        let read = seaworthy_image::json::Document::parse(&document, &Default::default());
        let kind = read.ok().and_then(|read| DocumentKind::recognise(read.root()));
        documents.push((kind.unwrap_or(DocumentKind::Manifest), document));
    }
    documents
}

#[test]
fn the_model_reads_as_go_does() {
    if Command::new("go").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        eprintln!("skipped: go is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("reader");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/go/main.go");
    let built = Command::new("go")
        .args(["build", "-o"])
        .args([program.as_os_str(), source.as_ref()])
        .envs([("GOTOOLCHAIN", "local")])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(built.success(), "go cannot build tests/go/main.go");

    let documents = documents();
    let mut child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<String> = documents
        .iter()
        .map(|(kind, bytes)| format!("{} {}\n", word(*kind), STANDARD.encode(bytes)))
        .collect();
    let writer =
        std::thread::spawn(move || lines.iter().try_for_each(|line| input.write_all(line.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = text.lines().collect();
    assert_eq!(answers.len(), documents.len());

    let mut taken = 0;
    for ((kind, bytes), answer) in documents.iter().zip(answers) {
        let go = (answer != "refused").then(|| serde_json::from_str::<serde_json::Value>(answer).unwrap());
        taken += usize::from(go.is_some());
        let model = read(*kind, bytes, Names::Folded);
        assert_eq!(model, go, "{}: {}", word(*kind), String::from_utf8_lossy(bytes));
    }
    println!("{} documents, {taken} of them taken", documents.len());
    assert!(taken > documents.len() / 10, "Go refuses nearly everything: {taken}");
}

/// The word for a kind that the program knows.
fn word(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Header => "header",
        DocumentKind::Index => "index",
        DocumentKind::Manifest => "manifest",
        DocumentKind::Config => "config",
        DocumentKind::Descriptor => "descriptor",
    }
}
