//! What cases cannot show, since each has one fault and says only which requirement it breaks.

use std::io;

use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::graph::Limits;
use seaworthy_image::layout::{self, INDEX, Memory};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::write::Writer;
use seaworthy_image::tar::{Dialect, Entry, EntryKind};
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::{Finding, case, judge};

/// What is found in a layout.
fn findings(layout: &Memory, version: SpecVersion) -> Vec<Finding> {
    judge::layout(layout, None, version, &Limits::default()).expect("memory can be read").findings
}

/// What is found in one document: requirements, and what was found.
fn found(text: &str, kind: DocumentKind) -> Vec<(String, String)> {
    let judged = judge::document("file", text.as_bytes(), kind, SpecVersion::V1_1_1, &Limits::default());
    judged.findings.into_iter().map(|finding| (finding.requirement.id.clone(), finding.found)).collect()
}

fn found_by(requirement: &str, text: &str, kind: DocumentKind) -> Vec<String> {
    let all = found(text, kind).into_iter();
    all.filter(|(id, _)| id == requirement).map(|(_, found)| found).collect()
}

#[test]
fn licences_are_known_in_any_case_wherever_they_stand() {
    let check = |licences: &str, wanted: usize| {
        let key = "org.opencontainers.image.licenses";
        let text = format!(r#"{{"annotations":{{"{key}":"{licences}"}}}}"#);
        assert_eq!(
            found_by("annotations/licenses", &text, DocumentKind::Manifest).len(),
            wanted,
            "{licences}"
        );
    };
    check("mit OR (isc AND gpl-2.0-ONLY)", 0);
    check("Mit AND\tIsc", 0);
    check("gpl-2.0+ OR mit", 0);
    check("mit OR (isc AND mine)", 1);
    let text = r#"{"annotations":{"org.opencontainers.image.licenses":"mit OR mine"}}"#;
    assert_eq!(found_by("annotations/licenses", text, DocumentKind::Manifest), ["unknown term: \"mine\""]);
}

#[test]
fn a_number_that_is_no_integer_is_shown_as_it_is_written() {
    let shown = |text: &str| found_by("index/schema-version-integer", text, DocumentKind::Index);
    assert_eq!(shown(r#"{"schemaVersion":2.50}"#), ["2.50"]);
    assert_eq!(shown(r#"{"schemaVersion":"2"}"#), ["a string"]);
}

#[test]
fn a_layer_that_is_empty_is_as_portable_as_any() {
    let found = |layer: &str| {
        let (config, manifest) = (media_type::CONFIG, DocumentKind::Manifest);
        let text = format!(r#"{{"config":{{"mediaType":"{config}"}},"layers":[{{"mediaType":"{layer}"}}]}}"#);
        found_by("manifest/layer-type-portable", &text, manifest)
    };
    assert_eq!(found(media_type::EMPTY), [""; 0]);
    assert_eq!(found("text/plain"), ["text/plain"]);
}

#[test]
fn the_digest_of_empty_content_has_to_be_one() {
    let found = |digest: &str, size: usize| {
        let text = format!(r#"{{"mediaType":"{}","digest":"{digest}","size":{size}}}"#, media_type::EMPTY);
        found_by("manifest/empty-content", &text, DocumentKind::Descriptor).len()
    };
    let digests = ["{}", "[]"].map(|content| digest_of(Algorithm::Sha256, content.as_bytes()));
    assert_eq!(digests.each_ref().map(|digest| found(digest, 2)), [0, 1]);
    // One that the algorithm does not make breaks another rule, and of an unknown algorithm the size tells.
    assert_eq!([found("sha256:00", 2), found("crc32:00", 2), found("crc32:00", 3)], [0, 0, 1]);
}

/// An image with one layer, of these entries.
fn image(entries: &[Entry]) -> Memory {
    let mut writer = Writer::new(Vec::new(), Dialect::Pax);
    entries.iter().for_each(|entry| writer.append(entry, io::empty()).expect("an entry"));
    let mut layout = Memory::default();
    let mut put = |media_type: &str, bytes: Vec<u8>| {
        let (digest, size) = (digest_of(Algorithm::Sha256, &bytes), bytes.len());
        layout.files.insert(format!("blobs/{}", digest.replace(':', "/")), bytes);
        format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{size}}}"#)
    };
    let layer = put("application/vnd.oci.image.layer.v1.tar", writer.finish().expect("an archive"));
    let config = put(media_type::CONFIG, b"{}".to_vec());
    let manifest = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{layer}]}}"#);
    let manifest = put(media_type::MANIFEST, manifest.into_bytes());
    let index = format!(r#"{{"schemaVersion":2,"manifests":[{manifest}]}}"#);
    layout.files.insert(INDEX.to_owned(), index.into_bytes());
    layout
}

#[test]
fn the_target_of_a_hard_link_is_a_path_of_the_layer() {
    let found = |kind: EntryKind, link: &str| {
        let file = Entry { path: b"reef".to_vec(), ..Entry::default() };
        let entry = Entry { path: b"other".to_vec(), kind, link: link.into(), ..Entry::default() };
        let found = findings(&image(&[file, entry]), SpecVersion::V1_1_1).into_iter();
        found.filter(|finding| finding.requirement.id == "layer/whiteout-prefix-reserved").count()
    };
    assert_eq!(found(EntryKind::HardLink, ".wh.reef"), 1);
    assert_eq!(found(EntryKind::HardLink, "reef"), 0);
    // That of a symbolic link is a text.
    assert_eq!(found(EntryKind::Symlink, ".wh.reef"), 0);
}

#[test]
fn names_of_blobs_are_told_once_and_only_of_files() {
    let told = |files: &[&str], others: &[(&str, layout::EntryKind)]| {
        let mut layout = image(&[]);
        layout.files.extend(files.iter().map(|path| ((*path).to_owned(), Vec::new())));
        layout.others.extend(others.iter().map(|(path, kind)| ((*path).to_owned(), *kind)));
        let found = findings(&layout, SpecVersion::V1_1_1).into_iter();
        let found = found.filter(|finding| finding.requirement.id == "layout/blob-name");
        found.map(|finding| finding.path).collect::<Vec<_>>()
    };
    assert_eq!(told(&["blobs/sha256/a~", "blobs/crc/a"], &[]), ["blobs/sha256/a~"]);
    assert_eq!(told(&["blobs/SHA/a~", "blobs/SHA/b~"], &[]), ["blobs/SHA"]);
    let others = [layout::EntryKind::Link, layout::EntryKind::Special].map(|kind| ("blobs/sha256/a~", kind));
    for other in others {
        assert_eq!(told(&[], &[other]), [""; 0]);
    }
}

/// A layout whose one entry is not stored, and has its content in `data`.
fn embedded(content: &str, size: usize, data: &str) -> Memory {
    let digest = digest_of(Algorithm::Sha256, content.as_bytes());
    let entry = format!(r#"{{"mediaType":"text/plain","digest":"{digest}","size":{size},"data":"{data}"}}"#);
    let index = format!(r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[{entry}]}}"#, media_type::INDEX);
    Memory { files: [(INDEX.to_owned(), index.into_bytes())].into(), ..Memory::default() }
}

#[test]
fn content_that_is_embedded_tells_its_size_where_it_is_not_stored() {
    let of_size = |layout: &Memory, version| {
        let found = findings(layout, version).into_iter();
        let found = found.filter(|finding| finding.requirement.id == "descriptor/size-content");
        found.map(|finding| (finding.found, finding.wanted)).collect::<Vec<_>>()
    };
    let wrong = embedded("{}", 3, "e30=");
    let wanted = [("3".to_owned(), "the content's 2 bytes".to_owned())];
    assert_eq!(of_size(&wrong, SpecVersion::V1_1_1), wanted);
    assert_eq!(of_size(&wrong, SpecVersion::Dev), wanted);
    // The first version has no `data`; and what is not the content says nothing about its size.
    assert_eq!(of_size(&wrong, SpecVersion::V1_0_2), []);
    assert_eq!(of_size(&embedded("{}", 2, "e30="), SpecVersion::V1_1_1), []);
    assert_eq!(of_size(&embedded("[]", 3, "e30="), SpecVersion::V1_1_1), []);
}

/// Of a blob that was cut short, the digest alone would not tell what happened.
#[test]
fn a_wrong_digest_comes_with_a_wrong_size() {
    let told = |case: &str| {
        let case = case::cases().into_iter().find(|it| it.id == case).unwrap();
        let [finding] = findings(&case.layout(), SpecVersion::V1_1_1).try_into().unwrap();
        (finding.found, finding.wanted)
    };
    let nothing = digest_of(Algorithm::Sha256, b"");
    let (found, wanted) = told("descriptor/digest-content/nothing-left");
    assert_eq!(found, format!("0 bytes of content with the digest {nothing}"));
    assert!(wanted.ends_with(" bytes of content with this digest"), "{wanted}");
    let (found, wanted) = told("descriptor/digest-content/one-bit-flipped");
    assert!(found.starts_with("content with the digest sha256:"), "{found}");
    assert_eq!(wanted, "content with this digest");
}

/// A name that no content can have is at fault itself.
#[test]
fn a_blob_with_an_impossible_name_is_told_its_name() {
    let mut layout = Memory::default();
    layout.files.insert("blobs/sha256/foo".to_owned(), b"x".to_vec());
    layout.files.insert(format!("blobs/sha256/{}", "0".repeat(64)), b"x".to_vec());
    let found = findings(&layout, SpecVersion::V1_1_1);
    let told: Vec<_> = found
        .iter()
        .filter(|finding| finding.requirement.id == "layout/blob-content")
        .map(|finding| (finding.found.as_str(), finding.wanted.as_str()))
        .collect();
    let digest = digest_of(Algorithm::Sha256, b"x");
    let (content, zeros) =
        (format!("content of the digest {digest}"), format!("content of sha256:{}", "0".repeat(64)));
    let name = format!("the name of its content, {digest}");
    let fault = "a name that is no sha256: not a hexadecimal character (byte 1 of the encoded part)";
    assert_eq!(told, [(content.as_str(), zeros.as_str()), (fault, name.as_str())]);
}
