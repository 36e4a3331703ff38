//! What the empty media type names is the two bytes `{}`.
//!
//! Tools that know the type do not fetch the blob. Content that is kept there is content that they
//! neither see nor copy.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use super::edits::{set_artifact_config, set_artifact_file};
use crate::{Check, Findings, Grade, Rule};

const ARTIFACT: &[Part] = &[Part::Artifact];
const CONTENT: &[u8] = b"{}";

/// The section calls itself guidance, so this is no error.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#guidance-for-an-empty-descriptor",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::draft("line-break-after", ARTIFACT, |draft, _| {
            set_artifact_config(draft, media_type::EMPTY, b"{}\n");
        }),
        Mutation::draft("array", ARTIFACT, |draft, _| set_artifact_config(draft, media_type::EMPTY, b"[]")),
        Mutation::draft("members", ARTIFACT, |draft, _| {
            set_artifact_config(draft, media_type::EMPTY, b"{\"depth\":7}");
        }),
        Mutation::draft("text-in-a-layer", ARTIFACT, |draft, _| {
            set_artifact_file(draft, media_type::EMPTY, b"a chart of the coast\n");
        }),
    ],
    ..Rule::BASE
};

/// The digest tells; a size that is wrong is another matter, unless nobody knows the algorithm.
fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    if descriptor.media_type_text().as_deref() != Some(media_type::EMPTY) {
        return;
    }
    let (Some(value), Some(text)) = (descriptor.digest, descriptor.digest_text()) else { return };
    let Ok(digest) = Digest::parse(&text) else { return };
    let is_empty = match Algorithm::registered(digest.algorithm(), findings.version()) {
        Some(algorithm) if algorithm.check_encoded(digest.encoded()).is_err() => true,
        Some(algorithm) => digest_of(algorithm, CONTENT) == text,
        None => descriptor.size_value().is_none_or(|size| size == CONTENT.len() as i64),
    };
    if !is_empty {
        findings.report(value, "the digest of something else", "the digest of {}");
    }
}
