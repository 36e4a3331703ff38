//! What the `data` of a descriptor decodes to is the content, by its digest and its size.
//!
//! A reader that takes `data` unverified, and another that fetches the blob, see two images under
//! one digest: a signature made for the one is then shown for the other.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::base64;
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation, text};

use super::embedding::{EMBEDDING, embed};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::descriptor("embedded", EMBEDDING, |descriptor, content, _| embed(descriptor, content)),
        Mutation::document("unverifiable", &[Part::Artifact], |artifact, _| {
            let config = artifact.member("config");
            config.set("digest", "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
            config.set("data", "e30=");
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::descriptor("one-bit-flipped", EMBEDDING, |descriptor, content, _| {
            let mut content = content.to_vec();
            content[0] ^= 1;
            embed(descriptor, &content);
        })
        .after("embedded"),
        Mutation::descriptor("last-byte-missing", EMBEDDING, |descriptor, content, _| {
            embed(descriptor, &content[..content.len() - 1]);
        })
        .after("embedded"),
        Mutation::descriptor("line-break-added", EMBEDDING, |descriptor, content, _| {
            embed(descriptor, &[content, b"\n"].concat());
        })
        .after("embedded"),
        Mutation::document("empty", EMBEDDING, |descriptor, _| descriptor.set("data", "")).after("embedded"),
        Mutation::document("encoded-twice", EMBEDDING, |descriptor, _| {
            let encoded = descriptor.text("data").as_bytes().to_vec();
            embed(descriptor, &encoded);
        })
        .after("embedded"),
        Mutation::descriptor("another-user", &[Part::ConfigDescriptor], |descriptor, content, _| {
            let config = String::from_utf8_lossy(content).replace("1000:1000", "0000:0000");
            embed(descriptor, config.as_bytes());
        })
        .after("embedded"),
        // Nothing can be hashed here, but the length tells.
        Mutation::document("wrong-length-for-its-size", &[Part::Artifact], |artifact, _| {
            artifact.member("config").set("data", "e30K");
        })
        .after("unverifiable"),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let (Some(value), Some(digest_text)) = (descriptor.data, descriptor.digest_text()) else { return };
    let Some(content) = text(descriptor.data).and_then(|data| decoded(&data)) else { return };
    let Ok(digest) = Digest::parse(&digest_text) else { return };
    let found = || format!("{} bytes of other content", content.len());
    match (fits_digest(&content, &digest, findings.version()), descriptor.size_value()) {
        (Some(true), _) => {}
        (Some(false), _) => findings.report(value, found(), format!("content with the digest {digest}")),
        (None, Some(size @ 0..)) if size as u64 != content.len() as u64 => {
            findings.report(value, found(), format!("content of {size} bytes"));
        }
        (None, _) => {}
    }
}

/// The bytes that a `data` stands for, if it is base 64 at all.
pub(super) fn decoded(data: &str) -> Option<Vec<u8>> {
    base64::decode(data).ok().map(|decoded| decoded.bytes)
}

/// Whether content has a digest; `None` if that cannot be told, since its algorithm is unknown or
/// its encoded part is malformed.
pub(super) fn fits_digest(content: &[u8], digest: &Digest<'_>, version: SpecVersion) -> Option<bool> {
    let algorithm = Algorithm::registered(digest.algorithm(), version)?;
    algorithm.check_encoded(digest.encoded()).ok()?;
    Some(digest_of(algorithm, content) == digest.as_str())
}
