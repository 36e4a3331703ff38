//! The digest of a descriptor is the one that its algorithm yields for the content's exact bytes.
//!
//! This is what every other promise rests on: a tag, a signature or a scan speaks of a digest.
//! Tools break it when they write a document anew, add a line break, or hash unpacked layers.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::graph::Blob;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#digest-calculations",
    check: Check::Blob(check),
    valid: &[Mutation::bytes("line-break-included", &[Part::Manifest, Part::Config], |bytes, _| {
        bytes.push(b'\n');
    })],
    invalid: &[
        Mutation::document("zeros", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", format!("sha256:{}", "0".repeat(64)));
        }),
        Mutation::document("of-nothing", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", digest_of(Algorithm::Sha256, b""));
        }),
        Mutation::descriptor("of-another-algorithm", Part::DESCRIPTORS, |descriptor, content, _| {
            let sha512 = digest_of(Algorithm::Sha512, content).replace("sha512", "sha256");
            descriptor.set("digest", &sha512[..71]);
        }),
        Mutation::document("subject-zeros", &[Part::SubjectDescriptor], |descriptor, _| {
            descriptor.set("digest", format!("sha256:{}", "0".repeat(64)));
        })
        .since(SpecVersion::V1_1_1),
        // The ninth byte of a gzip member names the system it was made on, and nobody reads it.
        Mutation::stored("one-bit-flipped", &[Part::LayerDescriptor], |layout, path, _| {
            edit(layout, path, |bytes| bytes[9] ^= 1);
        }),
        Mutation::stored("another-user", &[Part::ConfigDescriptor], |layout, path, _| {
            edit(layout, path, |bytes| *bytes = replaced(bytes, "1000:1000", "0:0"));
        }),
        Mutation::stored("members-reordered", &[Part::EntryDescriptor], |layout, path, _| {
            edit(layout, path, |bytes| {
                let first = r#""schemaVersion":2,"#;
                *bytes = replaced(&replaced(bytes, first, ""), r#""config":"#, &format!("{first}\"config\":"));
            });
        }),
        Mutation::stored("line-break-added", Part::DESCRIPTORS, |layout, path, _| {
            edit(layout, path, |bytes| bytes.push(b'\n'));
        }),
        Mutation::stored("cut-off", &[Part::LayerDescriptor], |layout, path, _| {
            edit(layout, path, |bytes| bytes.truncate(bytes.len() / 2));
        }),
        Mutation::stored("nothing-left", &[Part::LayerDescriptor], |layout, path, _| {
            edit(layout, path, Vec::clear);
        }),
    ],
    ..Rule::BASE
};

fn edit(layout: &mut Memory, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
    if let Some(bytes) = layout.files.get_mut(path) {
        change(bytes);
    }
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace(from, to).into_bytes()
}

/// A digest that the algorithm cannot yield at all is the matter of that algorithm's own rule.
fn check(descriptor: &Descriptor<'_>, _: Relation, blob: &Blob, findings: &mut Findings<'_>) {
    let (Some(value), Blob::Stored(stored)) = (descriptor.digest, blob) else { return };
    let (Some(text), Some(actual)) = (descriptor.digest_text(), &stored.digest) else { return };
    if *actual != *text && is_canonical(&text, findings.version()) {
        // Of other content a wrong size is no breach of its own, but it tells what happened.
        let (found, wanted) = match descriptor.size_value() {
            Some(size @ 0..) if size as u64 != stored.size => {
                (format!("{} bytes of content", stored.size), format!("{size} bytes of content"))
            }
            _ => ("content".to_owned(), "content".to_owned()),
        };
        findings.report(value, format!("{found} with the digest {actual}"), format!("{wanted} with this digest"));
    }
}

fn is_canonical(text: &str, version: SpecVersion) -> bool {
    Digest::parse(text).is_ok_and(|digest| {
        Algorithm::registered(digest.algorithm(), version)
            .is_some_and(|algorithm| algorithm.check_encoded(digest.encoded()).is_ok())
    })
}
