//! A blob that nothing leads to holds the content that its name tells, too.
//!
//! Whoever adds an image that shares the blob finds it there and does not write it again: what
//! was cut short or swapped before it was needed is served ever after.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::graph::Stored;
use seaworthy_image::layout::{Memory, blob_path};
use seaworthy_image::spec::SpecVersion;

use crate::{Check, Findings, Grade, Rule};

const LAYOUT: &[Part] = &[Part::Layout];
const CONTENT: &[u8] = b"left behind\n";

/// Of a blob that a descriptor leads to, the rules on descriptors speak.
pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#blobs",
    check: Check::Unreferenced(check),
    valid: &[
        Mutation::stored("right", LAYOUT, |layout, _, _| {
            put(layout, &digest_of(Algorithm::Sha256, CONTENT), CONTENT);
        }),
        Mutation::stored("of-no-bytes", LAYOUT, |layout, _, _| {
            put(layout, &digest_of(Algorithm::Sha256, b""), b"");
        }),
        Mutation::stored("second-algorithm", LAYOUT, |layout, _, _| {
            put(layout, &digest_of(Algorithm::Sha512, CONTENT), CONTENT);
        }),
        Mutation::stored("unknown-algorithm", LAYOUT, |layout, _, _| put(layout, "crc32:0ff1ce", CONTENT)),
        Mutation::stored("algorithm-of-a-later-version", LAYOUT, |layout, _, _| {
            put(layout, "blake3:abcd", CONTENT);
        })
        .until(SpecVersion::V1_1_1),
    ],
    invalid: &[
        Mutation::stored("one-bit-flipped", LAYOUT, |layout, _, _| {
            put(layout, &digest_of(Algorithm::Sha256, CONTENT), b"Left behind\n");
        })
        .after("right"),
        Mutation::stored("cut-short", LAYOUT, |layout, _, _| {
            put(layout, &digest_of(Algorithm::Sha256, CONTENT), &CONTENT[..4]);
        })
        .after("right"),
        Mutation::stored("nothing-left", LAYOUT, |layout, _, _| {
            put(layout, &digest_of(Algorithm::Sha256, CONTENT), b"");
        })
        .after("right"),
        Mutation::stored("upper-case-hex", LAYOUT, |layout, _, _| {
            let digest = digest_of(Algorithm::Sha256, CONTENT).to_uppercase().replace("SHA", "sha");
            put(layout, &digest, CONTENT);
        }),
        Mutation::stored("sha1-hex", LAYOUT, |layout, _, _| {
            put(layout, "sha256:da39a3ee5e6b4b0d3255bfef95601890afd80709", b"");
        }),
        Mutation::stored("other-algorithm", LAYOUT, |layout, _, _| {
            let digest = digest_of(Algorithm::Sha256, CONTENT).replace("sha256", "sha512");
            put(layout, &digest, CONTENT);
        }),
    ],
    ..Rule::BASE
};

fn put(layout: &mut Memory, digest: &str, content: &[u8]) {
    if let Ok(digest) = Digest::parse(digest) {
        layout.files.insert(blob_path(&digest), content.to_vec());
    }
}

fn check(digest: &Digest<'_>, stored: &Stored, findings: &mut Findings<'_>) {
    let Some(found) = stored.digest.as_deref().filter(|found| *found != digest.as_str()) else { return };
    let algorithm = Algorithm::registered(digest.algorithm(), findings.version());
    let fault = algorithm.and_then(|algorithm| algorithm.check_encoded(digest.encoded()).err());
    match fault {
        // The name is at fault, whatever the content is.
        Some(error) => findings.report_file(
            format!("a name that is no {}: {error}", digest.algorithm()),
            format!("the name of its content, {found}"),
        ),
        None => findings.report_file(format!("content of the digest {found}"), format!("content of {digest}")),
    }
}
