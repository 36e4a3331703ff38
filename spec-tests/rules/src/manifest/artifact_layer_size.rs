//! The one layer of an artifact that needs none has content.
//!
//! Blobs of no bytes are refused by some registries and forgotten by some clients; the empty
//! object does as well.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Manifest, items};

use super::{edits::set_artifact_file, config_type, is_image_config};
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#guidelines-for-artifact-usage",
    check: Check::Manifest(check),
    valid: &[Mutation::draft("one-byte", &[Part::Artifact], |draft, _| {
        set_artifact_file(draft, "application/octet-stream", b"0");
    })],
    invalid: &[Mutation::draft("no-bytes", &[Part::Artifact], |draft, _| {
        set_artifact_file(draft, "application/octet-stream", b"");
    })
    .after("one-byte")],
    ..Rule::BASE
};

/// The digest tells; a size that is wrong is another matter, and so is the empty type for no bytes.
fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    if config_type(manifest).is_none_or(|name| is_image_config(&name)) {
        return;
    }
    let mut layers = items(manifest.layers).map(Descriptor::of);
    let (Some(layer), None) = (layers.next(), layers.next()) else { return };
    if layer.media_type_text().as_deref() == Some(media_type::EMPTY) {
        return;
    }
    let (Some(value), Some(text)) = (layer.digest, layer.digest_text()) else { return };
    let Ok(digest) = Digest::parse(&text) else { return };
    let algorithm = Algorithm::registered(digest.algorithm(), findings.version());
    if algorithm.is_some_and(|algorithm| digest_of(algorithm, b"") == text) {
        findings.report(value, "a layer of no bytes", "one with content, or the empty descriptor");
    }
}
