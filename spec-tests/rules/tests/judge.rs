//! What judging says besides findings: how much was read, and what could not be judged.

use std::io;

use seaworthy_generators::shape::Shape;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::graph::Limits;
use seaworthy_image::layer::Rest;
use seaworthy_image::layout::{Entry, HEADER, INDEX, Memory, OpenError, Opened, Storage};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_image::{compression, json, layer, media_type};
use seaworthy_rules::case::cases;
use seaworthy_rules::judge::{self, Judged};
use seaworthy_rules::unjudged::Limit;

fn image() -> Memory {
    Shape::Image.layout().clone()
}

/// Where the two layers of [`image`] are, in the order of their paths.
fn layers(layout: &Memory) -> [String; 2] {
    let is_layer = |(path, bytes): &(&String, &Vec<u8>)| path.starts_with("blobs/") && bytes[0] != b'{';
    let paths: Vec<String> = layout.files.iter().filter(is_layer).map(|(path, _)| path.clone()).collect();
    paths.try_into().expect("two layers")
}

/// Judges on one thread, which is enough for one image.
fn judged(storage: &dyn Storage, name: Option<&str>, limits: Limits) -> io::Result<Judged> {
    judge::layout(storage, name, SpecVersion::V1_1_1, &Limits { threads: 1, ..limits })
}

/// What could not be judged, in words.
fn texts(judged: &Judged) -> Vec<String> {
    judged.unjudged.iter().map(ToString::to_string).collect()
}

fn json_limits(bytes: usize, depth: usize) -> Limits {
    Limits { json: json::Limits { bytes, depth }, ..Limits::default() }
}

/// A layout in which one file cannot be read.
struct Broken<'m> {
    layout: &'m Memory,
    path: &'m str,
}

impl Storage for Broken<'_> {
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError> {
        if path == self.path {
            Err(OpenError::Io(io::Error::other("broken")))
        } else {
            self.layout.open(path)
        }
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        self.layout.entries()
    }
}

#[test]
fn what_is_read_is_counted() {
    let check = |layout: &Memory, wanted: [usize; 6]| {
        let Judged { documents, blobs, missing, layers, entries, unverified, .. } =
            judged(layout, None, Limits::default()).unwrap();
        assert_eq!([documents, blobs, missing, layers, entries as usize, unverified], wanted);
    };
    check(&image(), [4, 4, 0, 2, 19, 0]);
    let mut layout = image();
    let [first, second] = layers(&layout);
    layout.files.insert(first.clone(), layout.files[&second].clone());
    check(&layout, [4, 4, 0, 2, 34, 0]);
    layout.files.remove(&first);
    layout.files.insert("blobs/crc32/0ff1ce".into(), b"of an unknown algorithm".into());
    check(&layout, [4, 3, 1, 1, 17, 1]);
    let index = br#"{"manifests":[{"mediaType":"a/b","digest":"crc32:0ff1ce","size":1}]}"#;
    layout.files = [(INDEX.into(), index.to_vec()), ("blobs/crc32/0ff1ce".into(), b"x".to_vec())].into();
    check(&layout, [1, 1, 0, 0, 0, 1]);
}

#[test]
fn names_count_in_the_entry_point_alone() {
    let entry = |digest: &str| {
        let annotations = r#"{"org.opencontainers.image.ref.name":"-v1"}"#;
        format!(
            r#"{{"manifests":[{{"mediaType":"{}","digest":"{digest}","size":2,"annotations":{annotations}}}]}}"#,
            media_type::INDEX
        )
    };
    let inner = entry(&format!("sha256:{}", "0".repeat(64))).into_bytes();
    let digest = digest_of(Algorithm::Sha256, &inner);
    let path = format!("blobs/{}", digest.replace(':', "/"));
    let layout = Memory {
        files: [(INDEX.into(), entry(&digest).into_bytes()), (path, inner)].into(),
        ..Memory::default()
    };
    let judged = judged(&layout, None, Limits::default()).unwrap();
    let of_name =
        judged.findings.iter().filter(|finding| finding.requirement.id == "annotations/ref-name-grammar");
    let paths: Vec<&str> = of_name.map(|finding| finding.path.as_str()).collect();
    assert_eq!((judged.documents, paths), (2, vec![INDEX]));
}

#[test]
fn a_layer_beyond_a_limit_is_not_judged_in_full() {
    let layout = image();
    let stream = compression::Limits { bytes: 10, ..compression::Limits::default() };
    let layer = layer::Limits { stream, ..layer::Limits::default() };
    let judged = judged(&layout, None, Limits { layer, ..Limits::default() }).unwrap();
    let wanted = |path: &String| {
        format!("the layer {path} was not judged in full: more content than the limit of 10 bytes")
    };
    assert!(judged.unjudged.iter().all(|unjudged| unjudged.limit == Some(Limit::Layer)));
    let mut told = texts(&judged);
    told.sort();
    assert_eq!(told, layers(&layout).each_ref().map(wanted));
}

#[test]
fn what_is_over_a_limit_is_not_judged_and_no_finding() {
    let check = |text: &[u8], limits: Limits, wanted: &str| {
        let judged = judge::document("file", text, DocumentKind::Header, SpecVersion::V1_1_1, &limits);
        assert_eq!((judged.documents, judged.findings.len()), (1, 0));
        assert_eq!(texts(&judged), [wanted]);
    };
    let header = br#"{"imageLayoutVersion":"1.0.0","more":[[[]]]}"#;
    check(header, json_limits(10, 10), "file was not judged: it is larger than the limit of 10 bytes");
    check(header, json_limits(99, 2), "file was not judged: it is nested deeper than the limit of 2 levels");
    let judged = judged(&image(), None, json_limits(10, 10)).unwrap();
    let wanted =
        [HEADER, INDEX].map(|path| format!("{path} was not judged: it is larger than the limit of 10 bytes"));
    assert_eq!((judged.findings.len(), judged.documents, texts(&judged)), (0, 2, wanted.to_vec()));
}

#[test]
fn what_is_not_followed_is_told() {
    let told = |name: Option<&str>, limits: Limits| texts(&judged(&image(), name, limits).unwrap());
    let shallow = Limits { depth: 0, ..Limits::default() };
    assert_eq!(told(None, shallow), ["what index.json refers to lies too deep and was not followed"]);
    assert_eq!(told(Some("none"), Limits::default()), ["index.json has no entry that is named \"none\""]);
    assert_eq!(told(Some("v1"), Limits::default()), [""; 0]);
}

/// A blob counts once, however many descriptors lead to it, and one that is not stored is named.
#[test]
fn what_is_not_stored_is_named_once() {
    let absent = |number: usize| format!("sha256:{number:064}");
    let index = |numbers: &[usize]| {
        let entry = |number: &usize| {
            format!(r#"{{"mediaType":"text/plain","digest":"{}","size":1}}"#, absent(*number))
        };
        let entries: Vec<String> = numbers.iter().map(entry).collect();
        let text = format!(r#"{{"manifests":[{}]}}"#, entries.join(","));
        Memory { files: [(INDEX.to_owned(), text.into_bytes())].into(), ..Memory::default() }
    };
    let told = |numbers: &[usize]| {
        let judged = judged(&index(numbers), None, Limits::default()).unwrap();
        (judged.blobs, judged.missing, judged.notes)
    };
    let note = |number: usize, at: usize| {
        let path = absent(number).replace(':', "/");
        format!("blobs/{path} is not stored; index.json refers to it (/manifests/{at})")
    };
    assert_eq!(told(&[]), (0, 0, vec![]));
    assert_eq!(told(&[1, 1, 2, 1]), (0, 2, vec![note(1, 0), note(2, 2)]));
    let (_, missing, notes) = told(&(0..11).collect::<Vec<_>>());
    assert_eq!((missing, &notes[9], notes[10].as_str()), (11, &note(9, 9), "1 more blob is not stored"));
    let (.., notes) = told(&(0..13).chain(0..13).collect::<Vec<_>>());
    assert_eq!((notes.len(), notes[10].as_str()), (11, "3 more blobs are not stored"));
    let mut twice = index(&[1, 1]);
    twice.files.insert(format!("blobs/{}", absent(1).replace(':', "/")), b"x".to_vec());
    assert_eq!(judged(&twice, None, Limits::default()).unwrap().blobs, 1);
}

/// Layers that go on after their end: which, and that it was ignored.
#[test]
fn what_follows_a_layer_is_noted() {
    let told = |id: &str| {
        let case = cases().into_iter().find(|case| case.id == id).unwrap();
        let judged = judged(&case.layout(), None, Limits::default()).unwrap();
        assert_eq!((judged.findings.len(), texts(&judged)), (0, vec![]), "{id}");
        judged.notes
    };
    for (id, rest) in [
        ("layer/compression/zeros-after-the-stream", Rest::Stream),
        ("layer/compression/text-after-the-stream", Rest::Stream),
        ("layer/readable/entries-after-the-end", Rest::Archive),
    ] {
        let notes = told(id);
        assert_eq!(notes.len(), 1, "{id}");
        assert!(notes[0].starts_with(&format!("{} (blobs/sha256/", rest.describe())), "{}", notes[0]);
    }
    assert_eq!(told("layer/readable/no-end-marker"), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_an_error_or_told() {
    let layout = image();
    for path in [HEADER, INDEX] {
        let error = judged(&Broken { layout: &layout, path }, None, Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("{path}: broken"));
    }
    for path in layout.files.keys().filter(|path| path.starts_with("blobs/")) {
        let judged = judged(&Broken { layout: &layout, path }, None, Limits::default()).unwrap();
        let told = texts(&judged).join("\n");
        assert!(
            judged.findings.is_empty() && told.ends_with(&format!("cannot be read: {path}: broken")),
            "{told}"
        );
    }
}
