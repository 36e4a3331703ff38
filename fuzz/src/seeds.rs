//! The inputs that fuzzing starts from: made by the generators and from the cases of the rules, and
//! distilled to as few as show everything that the many show.

use std::collections::{BTreeMap, BTreeSet};

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::layer::{gzip_member, zstd_frame};
use seaworthy_generators::mutation::{Edit, Part};
use seaworthy_generators::shape::Shape;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::{self, Tree, apply};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::case::cases;

use crate::archives::changeset;
use crate::documents::{self, judged, kind_of};
use crate::mutate::mutated;
use crate::planted;
use crate::targets::{self, Input, Target, document_tree, image_graph};

/// The seeds of a target, each with a word on where it comes from.
pub fn of(target: &Target) -> Vec<Seed> {
    let candidates = match target.input {
        Input::Document => from_cases(),
        Input::Text => texts(),
        Input::Archive => archives(),
        Input::Layer => layers(),
        // For each of these a directory is made and removed.
        Input::Choices if target.name == "layer_unpacking" => choices(target.name, 60),
        Input::Choices => choices(target.name, 1500),
        Input::Requests => conversations(target, REQUESTS),
        Input::Answers => conversations(target, ANSWERS),
        Input::Reports => reports(),
    };
    match target.input {
        // A table of a few lines, each of them there for a reason.
        Input::Text => candidates,
        _ => distilled(candidates, |bytes| shows(target, bytes)),
    }
}

/// An input to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The input.
    pub bytes: Vec<u8>,
    /// The shape, the case or the choices that it was made from.
    pub origin: String,
}

impl Seed {
    /// The name of its file: the beginning of the digest of what is in it.
    pub fn name(&self) -> String {
        let digest = digest_of(Algorithm::Sha256, &self.bytes);
        digest["sha256:".len()..][..16].to_owned()
    }
}

/// As few of the candidates as show everything that all of them show; smaller ones first.
fn distilled(mut candidates: Vec<Seed>, shows: impl Fn(&[u8]) -> BTreeSet<String>) -> Vec<Seed> {
    candidates.sort_by_key(|seed| seed.bytes.len());
    let mut shown: BTreeMap<String, ()> = BTreeMap::new();
    candidates.retain(|seed| {
        let before = shown.len();
        shown.extend(shows(&seed.bytes).into_iter().map(|one| (one, ())));
        shown.len() > before
    });
    candidates
}

/// What an input of a target shows.
fn shows(target: &Target, bytes: &[u8]) -> BTreeSet<String> {
    match target.input {
        Input::Document => {
            let mut shown = of_document(bytes);
            shown.extend(planted::shown_by(target.name, bytes));
            shown
        }
        Input::Text => BTreeSet::new(),
        Input::Archive | Input::Layer => of_layer(bytes),
        Input::Choices if target.name == "image_graph" => image_graph::shows(bytes),
        Input::Choices if target.name == "layer_application" => of_changesets(bytes),
        #[cfg(feature = "whole")]
        Input::Choices if target.name == "layer_unpacking" => {
            with_planted(target, targets::layer_unpacking::shows(bytes), bytes)
        }
        #[cfg(feature = "whole")]
        Input::Requests => with_planted(target, targets::registry_requests::shows(bytes), bytes),
        #[cfg(feature = "whole")]
        Input::Answers => with_planted(target, targets::registry_answers::shows(bytes), bytes),
        #[cfg(feature = "whole")]
        Input::Reports => with_planted(target, targets::reports::shows(bytes), bytes),
        #[cfg(not(feature = "whole"))]
        Input::Requests | Input::Answers | Input::Reports => BTreeSet::new(),
        Input::Choices => {
            let document = document_tree::document(&mut Choices::new(bytes));
            of_document(&document)
        }
    }
}

/// What an input shows, and the planted bugs that it does.
#[cfg(feature = "whole")]
fn with_planted(target: &Target, mut shown: BTreeSet<String>, bytes: &[u8]) -> BTreeSet<String> {
    shown.extend(planted::shown_by(target.name, bytes));
    shown
}

/// What kind of document it is, the requirements that it breaks, and the members that it has.
fn of_document(bytes: &[u8]) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let document = match Document::parse(bytes, &Limits::default()) {
        Ok(document) => document,
        Err(anomaly) => return BTreeSet::from([anomaly.kind.to_string()]),
    };
    let kind = kind_of(&document);
    shown.extend(document.anomalies().iter().map(|anomaly| anomaly.kind.to_string()));
    for finding in judged(bytes, kind, SpecVersion::Dev).findings {
        shown.insert(format!("{} {}", kind.as_str(), finding.requirement.id));
    }
    for member in document.root().members() {
        shown.insert(format!("{} {} {:?}", kind.as_str(), member.name(), member.value.kind()));
    }
    shown
}

/// The form of a layer, the types and dialects of its entries, and what is odd about it.
fn of_layer(bytes: &[u8]) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let word = |debug: String| debug.split(['(', ' ']).next().unwrap_or_default().to_owned();
    let read = layer::read(bytes, None, &[], &layer::Limits::default(), &mut |member, _| {
        shown.insert(format!("{} {:?}", member.dialect, member.entry.kind));
        shown.extend(member.anomalies.iter().map(|anomaly| format!("{:?}", anomaly.kind)));
        shown.extend(member.sparse.is_some().then(|| "sparse".to_owned()));
    });
    let layer = read.expect("memory can be read");
    shown.extend(layer.end.anomalies.iter().map(|anomaly| word(format!("{:?}", anomaly.kind))));
    shown.extend(layer.archive_error.map(|error| word(format!("{:?}", error.kind))));
    shown.extend(layer.stream_error.map(|error| word(format!("{error:?}"))));
    shown.extend(planted::shown_by("tar_blocks", bytes));
    let stream = layer.stream;
    shown.insert(format!("{:?} {} {}", stream.compression, stream.parts.min(3), stream.trailing.is_some()));
    shown
}

/// What the changesets leave open.
fn of_changesets(bytes: &[u8]) -> BTreeSet<String> {
    let mut choices = Choices::new(bytes);
    let mut tree = Tree::new();
    let mut shown = BTreeSet::new();
    for _ in 0..=choices.below(4) {
        let members = changeset(&mut choices);
        if let Ok(applied) = apply(tree.clone(), &members, &filesystem::Limits::default()) {
            shown.extend(applied.notes.iter().map(|note| format!("{:?}", note.kind)));
            tree = applied.tree;
        }
    }
    shown.extend(planted::shown_by("layer_application", bytes));
    tree.walk(|_, id| {
        shown.insert(tree.node(id).kind.describe().to_owned());
    });
    shown
}

/// The documents of the plain images, and what each case makes of the one that it edits.
fn from_cases() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for shape in Shape::ALL {
        let layout = shape.draft().seal(&mut Choices::new(&[]));
        for (kind, bytes) in documents::of_layout(&layout, SpecVersion::V1_1_1) {
            seeds.push(Seed { bytes, origin: format!("the {} of the plain {shape:?}", kind.as_str()) });
        }
    }
    seeds.extend(variations());
    for case in cases() {
        if matches!(case.mutation.edit, Edit::Stored(_) | Edit::Draft(_)) {
            continue;
        }
        let draft = case.shape().draft();
        let whole = match case.part {
            Part::EntryDescriptor => Part::Index,
            Part::ConfigDescriptor | Part::LayerDescriptor => Part::Manifest,
            Part::SubjectDescriptor => Part::Referrer,
            Part::PlatformDescriptor | Part::Platform => Part::NestedIndex,
            part => part,
        };
        // The document around the edit, as it is sealed with it.
        let layout = case.layout();
        let control = draft.seal(&mut Choices::new(&case.seed()));
        let fresh = documents::of_layout(&layout, SpecVersion::Dev)
            .into_iter()
            .filter(|(_, bytes)| !control.files.values().any(|old| old == bytes));
        let wanted = match whole {
            Part::Index => DocumentKind::Index,
            _ => DocumentKind::Manifest,
        };
        let mut fresh: Vec<_> = fresh.collect();
        // The innermost document is the one that was edited: those above it only have new digests.
        fresh.reverse();
        fresh.sort_by_key(|(kind, _)| *kind == wanted && whole == case.part);
        seeds.extend(fresh.into_iter().take(1).map(|(_, bytes)| Seed { bytes, origin: case.id.clone() }));
    }
    seeds
}

/// A plain manifest with something in it that no rule objects to, or that no case has.
fn variations() -> Vec<Seed> {
    let layout = Shape::Image.draft().seal(&mut Choices::new(&[]));
    let documents = documents::of_layout(&layout, SpecVersion::V1_1_1);
    let manifest = documents.into_iter().find(|(kind, _)| *kind == DocumentKind::Manifest);
    let text = manifest.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let ending = |end: &str| format!("{}{end}", text.strip_suffix('}').unwrap_or(&text));
    let instead = |name: &str, value: &str| {
        let name = format!("\"{name}\":");
        text.replacen(&name, &format!("{name}{value},\"com.example.was\":"), 1)
    };
    let last = text.rfind('{').unwrap_or_default();
    let again = text[last..].split(']').next().unwrap_or_default();
    let repeated = format!("{},{again}{}", &text[..last + again.len()], &text[last + again.len()..]);
    let encoded = "\"sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564\"";
    let variations = [
        ("a name in another case", ending(",\"Layers\":[]}")),
        ("a comma at the end", ending(",}")),
        ("deep nesting", ending(",\"com.example.deep\":[[[[[[[[[[[[]]]]]]]]]]]]}")),
        ("a size of more than 32 bits", instead("size", "4294967299")),
        ("a size of nothing", instead("size", "0")),
        ("a digest with capitals", instead("digest", encoded)),
        ("one layer twice", repeated),
    ];
    let seed = |(what, text): (&str, String)| Seed {
        bytes: text.into_bytes(),
        origin: format!("the plain manifest with {what}"),
    };
    variations.map(seed).into()
}

/// Texts of every grammar, good and bad.
const TEXTS: &[&str] = &[
    "",
    "a",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
    "sha256:",
    ":00",
    "Sha256:00",
    "sha256:../../x",
    "sha256:00/",
    "sha256:00.11",
    "a..b:c",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "text/plain; charset=utf-8",
    "/plain",
    "text/",
    "text",
    "a/b/c",
    "registry.example.com:5000/team/app:v1.2",
    "registry.example.com/app:v1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "[2001:db8::1]:5000/app",
    "app:v1",
    "app@sha256:00",
    "App",
    "app:",
    "v1.0--rc.1+build@x/y:z",
    "v1..0",
    "-v1",
    "é",
    "2026-01-02T03:04:05Z",
    "2026-12-31T23:59:60Z",
    "2026-02-29T00:00:00Z",
    "2026-01-02t03:04:05.123456789+01:00",
    "2026-01-02 03:04:05Z",
    "2026-01-02T03:04:05.5Z",
    "2026-01-02T24:00:00Z",
    "2026-01-02T03:60:00Z",
    "2026-01-02T03:04:61Z",
    "2026-13-02T03:04:05Z",
    "2026-01-02T03:04:05+24:00",
    "2026-01-02T03:04:05+23:60",
    "2026-01-02T03:04:05-00:00",
    "https://user@example.com:8080/a%20b?c=d#e",
    "http://[::1]/",
    "http://[::g]/",
    "http://h:x/",
    "1http://x",
    "a%2",
    "a b",
    "mailto:a@example.com",
    "e30=",
    "e31=",
    "e30",
    "e3=",
    "e",
    "e30=e30=",
    "e3\n0=",
    "e30-",
    "80/tcp",
    "53/udp",
    "80",
    "99999/tcp",
    "1-2/tcp",
    "80/sctp",
    "x/tcp",
    "1000:1000",
    "www-data",
    ":0",
    "0:",
    "a:b:c",
    "4294967296",
    "PATH=/usr/bin:/bin",
    "=x",
    "com.example.myKey",
    "com.example/any thing",
    "com.",
    "SIGKILL",
    "SIGRTMIN+3",
    "SIGRTMAX-2",
    "9",
    "SIGNOTHING",
];

/// Archives that are generated, and then edited.
fn archives() -> Vec<Seed> {
    let archive = |number: usize| {
        let origin = format!("tar_blocks {number}");
        let bytes = seeded(&origin, 1024);
        let mut choices = Choices::new(&bytes);
        let mut archive = crate::archives::archive(&mut choices);
        for _ in 0..number % 3 {
            archive = crate::archives::mutate(&archive, &mut choices);
        }
        Seed { bytes: archive, origin: format!("the archive of {origin:?}") }
    };
    (0..1500).map(archive).collect()
}

/// A way to store an archive.
type Compress = fn(&[u8]) -> Vec<u8>;

/// The same archives in every form of a layer.
fn layers() -> Vec<Seed> {
    let forms: [(&str, Compress); 5] = [
        ("as it is", <[u8]>::to_vec),
        ("with gzip", gzip),
        ("with zstd", zstd),
        ("with gzip in two members", |bytes| in_two(bytes, gzip)),
        ("with zstd in two frames", |bytes| in_two(bytes, zstd)),
    ];
    let few = archives().into_iter().take(100).enumerate();
    few.map(|(number, seed)| {
        let (form, compress) = forms[number % forms.len()];
        let mut bytes = compress(&seed.bytes);
        match number % 7 {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes.extend_from_slice(b"trailing"),
            _ => {}
        }
        Seed { bytes, origin: format!("{}, {form}", seed.origin) }
    })
    .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_member(bytes, 0)
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd_frame(bytes, 0)
}

fn in_two(bytes: &[u8], compress: Compress) -> Vec<u8> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    [compress(first), compress(second)].concat()
}

fn texts() -> Vec<Seed> {
    let long = [format!("a/{}", "b".repeat(128)), "a/".repeat(128) + "b", format!("a:{}", "t".repeat(129))];
    let texts = TEXTS.iter().map(|text| (*text).to_owned()).chain(long);
    texts.map(|text| Seed { origin: "a table of texts".to_owned(), bytes: text.into_bytes() }).collect()
}

#[cfg(feature = "whole")]
const REQUESTS: &[&str] = targets::registry_requests::SEEDS;
#[cfg(feature = "whole")]
const ANSWERS: &[&str] = targets::registry_answers::SEEDS;
#[cfg(not(feature = "whole"))]
const REQUESTS: &[&str] = &[];
#[cfg(not(feature = "whole"))]
const ANSWERS: &[&str] = &[];

/// Conversations that a person wrote, and what becomes of them by mutations.
fn conversations(target: &Target, written: &[&str]) -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    for (number, text) in written.iter().enumerate() {
        seeds.push(Seed { bytes: text.as_bytes().to_vec(), origin: format!("conversation {number}") });
        for mutation in 0..60 {
            let origin = format!("{} {number} {mutation}", target.name);
            let mut bytes = text.as_bytes().to_vec();
            for step in 0..=mutation % 5 {
                bytes = mutated(target.input, &bytes, &seeded(&format!("{origin} {step}"), 512));
            }
            // Whoever opens the file has to find text in it.
            if bytes.len() < 4096 && std::str::from_utf8(&bytes).is_ok() {
                seeds.push(Seed { bytes, origin: format!("the mutations of {origin:?}") });
            }
        }
    }
    seeds
}

/// Reports of everything that texts try.
#[cfg(feature = "whole")]
fn reports() -> Vec<Seed> {
    use targets::reports::{BETWEEN, CHOICES, TEXTS};
    let report = |number: usize| {
        let origin = format!("reports {number}");
        let bytes = seeded(&origin, 256);
        let (choices, rest) = bytes.split_at(CHOICES);
        let mut picks = Choices::new(rest);
        let texts: Vec<&[u8]> = (0..=number % 9).map(|_| picks.pick(TEXTS).as_bytes()).collect();
        Seed {
            bytes: [choices, &texts.join(&BETWEEN)].concat(),
            origin: format!("the choices of {origin:?}"),
        }
    };
    (0..400).map(report).collect()
}

#[cfg(not(feature = "whole"))]
fn reports() -> Vec<Seed> {
    Vec::new()
}

/// Choices from a seed that is named, of several lengths.
fn choices(target: &str, count: usize) -> Vec<Seed> {
    let seed = |number: usize| {
        let origin = format!("{target} {number}");
        let length = [16, 64, 128, 256, 512, 1024][number % 6];
        Seed { bytes: seeded(&origin, length), origin: format!("the choices of {origin:?}") }
    };
    (0..count).map(seed).collect()
}
