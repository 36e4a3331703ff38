//! A manifest that has no use for a configuration refers to the empty object, and not to no bytes.
//!
//! Blobs of no bytes are refused by some registries and forgotten by some clients.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Manifest};

use super::edits::set_artifact_config;
use super::{config_type, is_image_config};
use crate::{Check, Findings, Grade, Rule};

const TYPE: &str = "application/vnd.example.nothing.v1";

/// Guidance, and said without a keyword.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    valid: &[Mutation::draft("one-byte", &[Part::Artifact], |draft, _| {
        set_artifact_config(draft, TYPE, b"0");
    })],
    invalid: &[Mutation::draft("no-bytes", &[Part::Artifact], |draft, _| {
        set_artifact_config(draft, TYPE, b"");
    })
    .after("one-byte")],
    ..Rule::BASE
};

/// The digest tells; a size that is wrong is another matter. Under a type that has a form, no
/// bytes are the breach of another rule.
fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    if config_type(manifest).is_none_or(|name| is_image_config(&name) || name == media_type::EMPTY) {
        return;
    }
    let Some(config) = manifest.config.map(Descriptor::of) else { return };
    let (Some(value), Some(text)) = (config.digest, config.digest_text()) else { return };
    let Ok(digest) = Digest::parse(&text) else { return };
    let algorithm = Algorithm::registered(digest.algorithm(), findings.version());
    if algorithm.is_some_and(|algorithm| digest_of(algorithm, b"") == text) {
        findings.report(value, "a configuration of no bytes", "the empty object, {}");
    }
}
