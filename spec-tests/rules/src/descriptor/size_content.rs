//! The `size` of a descriptor counts the bytes of its content, as the digest covers them.
//!
//! Clients reserve, limit and resume by it. A size that is too small cuts the content, and one
//! that is too large lets anything follow it; the size of the unpacked layer is a common mistake.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::Digest;
use seaworthy_image::graph::{Blob, Stored};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation, text};

use super::data_content::{decoded, fits_digest};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#properties",
    check: Check::Blob(check),
    valid: &[Mutation::bytes(
        "counts-the-last-line-break",
        &[Part::Manifest, Part::Config, Part::NestedIndex],
        |bytes, _| bytes.push(b'\n'),
    )],
    invalid: &[
        Mutation::document("one-too-many", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, |size| size + 1)),
        Mutation::document("one-too-few", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, |size| size - 1)),
        Mutation::document("zero", Part::DESCRIPTORS, |descriptor, _| edit(descriptor, |_| 0)),
        Mutation::document("wrapped-at-32-bits", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |size| size + (1 << 32));
        }),
        Mutation::descriptor("unpacked-size", &[Part::LayerDescriptor], |descriptor, content, _| {
            // It stands in the last four bytes of a gzip member (RFC 1952).
            let unpacked = content.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
            edit(descriptor, |_| i64::from(unpacked));
        }),
    ],
    ..Rule::BASE
};

fn edit(descriptor: &mut Tree, change: impl Fn(i64) -> i64) {
    if let Some(&Tree::Integer(size)) = descriptor.get("size") {
        descriptor.set("size", change(size));
    }
}

/// Content that fails its digest is other content, and says nothing about the size.
fn check(descriptor: &Descriptor<'_>, _: Relation, blob: &Blob, findings: &mut Findings<'_>) {
    let (Some(value), Some(size @ 0..)) = (descriptor.size, descriptor.size_value()) else { return };
    let actual = match blob {
        Blob::Stored(stored) if is_intact(descriptor, stored) => stored.size,
        Blob::Missing => match embedded(descriptor, findings.version()) {
            Some(content) => content.len() as u64,
            None => return,
        },
        _ => return,
    };
    if size as u64 != actual {
        findings.report(value, size.to_string(), format!("the content's {actual} bytes"));
    }
}

fn is_intact(descriptor: &Descriptor<'_>, stored: &Stored) -> bool {
    stored.digest.is_none() || stored.digest.as_deref() == descriptor.digest_text().as_deref()
}

/// The content in `data`, where that is known to be the content.
fn embedded(descriptor: &Descriptor<'_>, version: SpecVersion) -> Option<Vec<u8>> {
    let content = text(descriptor.data).and_then(|data| decoded(&data))?;
    let digest = descriptor.digest_text()?;
    let digest = Digest::parse(&digest).ok()?;
    let is_known = version >= SpecVersion::V1_1_1 && fits_digest(&content, &digest, version)?;
    is_known.then_some(content)
}
