//! Any bytes as a document: the reader against serde_json, and a verdict that depends on nothing
//! but what the document says.

use std::collections::BTreeSet;

use seaworthy_generators::choices::Choices;
use seaworthy_generators::tree::{Style, Tree};
use seaworthy_image::json::{AnomalyKind, Document, Kind, Limits, Value};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::judge::Judged;

use crate::documents::{choices_from, judged, kind_of, tree};
use crate::reader::serde::{Everything, reads_alike};

/// Reads bytes as a document, and judges it as every kind of document.
///
/// # Panics
///
/// If the reader and serde_json disagree, if a place lies outside the document, or if a verdict
/// changes with the way in which the same document is written.
pub fn document_bytes(bytes: &[u8]) {
    let read = Document::parse(bytes, &Limits::default());
    agrees_with_serde(bytes, &read);
    if let Ok(document) = &read {
        places_are_inside(document);
    }
    for kind in DocumentKind::ALL {
        findings_are_inside(bytes, &judged(bytes, kind, SpecVersion::Dev));
    }
    let Ok(document) = &read else { return };
    // What is ambiguous or no text at all cannot be written in another way.
    if !document.anomalies().is_empty() {
        return;
    }
    if let Some(tree) = tree(document.root()) {
        verdict_is_of_the_content(bytes, tree, kind_of(document));
    }
}

fn agrees_with_serde(bytes: &[u8], ours: &Result<Document<'_>, seaworthy_image::json::Anomaly>) {
    let theirs = serde_json::from_slice::<Everything>(bytes);
    let is_flaw = |kind: AnomalyKind| kind != AnomalyKind::DuplicateName;
    match (ours, theirs) {
        (Ok(document), Ok(everything)) => {
            let flaw = document.anomalies().iter().find(|anomaly| is_flaw(anomaly.kind));
            assert!(flaw.is_none(), "only we object: {flaw:?}");
            let repeated = document.anomalies().iter().any(|one| one.kind == AnomalyKind::DuplicateName);
            assert_eq!(repeated, everything.has_duplicates(), "only one of us sees a duplicate name");
            assert!(reads_alike(document.root(), &everything), "we read it otherwise than serde_json does");
        }
        (Ok(document), Err(error)) => {
            let flawed = document.anomalies().iter().any(|anomaly| is_flaw(anomaly.kind));
            // Both are limits of serde_json: it holds numbers as doubles, and stops at 128 levels.
            let is_huge = |number: Value<'_>| {
                String::from_utf8_lossy(number.raw()).parse::<f64>().is_ok_and(f64::is_infinite)
            };
            let is_deep = error.to_string().starts_with("recursion limit");
            assert!(flawed || is_deep || document.numbers().any(is_huge), "only serde_json objects: {error}");
        }
        (Err(anomaly), Ok(_)) => panic!("only we object: {anomaly:?}"),
        (Err(_), Err(_)) => {}
    }
}

fn places_are_inside(document: &Document<'_>) {
    let values = document.strings().chain(document.numbers()).chain(document.objects());
    for (at, value) in values.enumerate() {
        let span = value.span();
        assert!(span.start < span.end && span.end <= document.bytes().len(), "{span:?} is outside");
        // Working out a pointer takes time in proportion to the document.
        if at < 32 && document.anomalies().is_empty() {
            let pointer = value.pointer();
            let found = follow(document.root(), &pointer);
            assert!(found.is_some(), "{pointer:?} leads nowhere");
            let is_name = |found: Value<'_>| found.span().start > span.end;
            assert!(
                found.is_some_and(|found| found.span() == span || is_name(found)),
                "{pointer:?} leads elsewhere"
            );
        }
    }
}

/// The value that a JSON pointer leads to (RFC 6901).
fn follow<'d>(root: Value<'d>, pointer: &str) -> Option<Value<'d>> {
    pointer.split('/').skip(1).try_fold(root, |value, step| match value.kind() {
        Kind::Array => value.items().nth(step.parse().ok()?),
        _ => value.get(&step.replace("~1", "/").replace("~0", "~")),
    })
}

fn findings_are_inside(bytes: &[u8], judged: &Judged) {
    for finding in &judged.findings {
        let Some(place) = &finding.place else { continue };
        assert!(place.span.start <= place.span.end && place.span.end <= bytes.len(), "{finding:?}");
        assert!(place.line >= 1 && place.column >= 1, "{finding:?}");
        let excerpt = &place.excerpt;
        assert!(excerpt.text.get(excerpt.marked.clone()).is_some(), "{finding:?}");
    }
}

/// The requirements that a document breaks.
fn broken(bytes: &[u8], kind: DocumentKind) -> BTreeSet<String> {
    let judged = judged(bytes, kind, SpecVersion::Dev);
    judged.findings.iter().map(|finding| finding.requirement.id.clone()).collect()
}

fn verdict_is_of_the_content(bytes: &[u8], tree: Tree, kind: DocumentKind) {
    let wanted = broken(bytes, kind);
    let seed = choices_from(bytes);
    let mut choices = Choices::new(&seed);
    let style = Style {
        indent: *choices.pick(&[None, Some(0), Some(2)]),
        odd_space: choices.chance(50),
        shuffle: choices.chance(50),
        escapes: choices.chance(50),
    };
    let rewritten = tree.write(&style, &mut choices);
    assert_eq!(
        broken(&rewritten, kind),
        wanted,
        "the verdict changed with the style: {}",
        String::from_utf8_lossy(&rewritten)
    );
    let unknown = with_unknown_members(tree, kind).compact();
    assert_eq!(
        broken(&unknown, kind),
        wanted,
        "an unknown member changed the verdict: {}",
        String::from_utf8_lossy(&unknown)
    );
}

/// A name that nobody knows, and that no rule has an opinion on.
const UNKNOWN: &str = "com.example.unknown";

/// The document with an unknown member in every object that has a place for one.
fn with_unknown_members(mut tree: Tree, kind: DocumentKind) -> Tree {
    let add = |object: &mut Tree| {
        if matches!(object, Tree::Object(_)) && object.get(UNKNOWN).is_none() {
            object.add_first(UNKNOWN, Tree::Null);
        }
    };
    add(&mut tree);
    let Tree::Object(members) = &mut tree else { return tree };
    for (name, value) in members {
        match (kind, name.as_str(), value) {
            (DocumentKind::Manifest, "config" | "subject", object)
            | (DocumentKind::Config, "config" | "rootfs", object)
            | (DocumentKind::Index, "subject", object) => add(object),
            (DocumentKind::Manifest, "layers", Tree::Array(items))
            | (DocumentKind::Index, "manifests", Tree::Array(items))
            | (DocumentKind::Config, "history", Tree::Array(items)) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    tree
}
