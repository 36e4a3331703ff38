//! The base digest is advised to be that of the manifest to which the base name leads.
//!
//! Where the name ends in a digest itself, that shows in the image; for a tag only the registry
//! can tell. (The text has the key `ref.name` here, which can only be meant as `base.name`.)

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::json::Value;
use seaworthy_image::reference::ImageReference;
use seaworthy_image::spec::SpecVersion;

use super::{OF_IMAGES, of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("same-digest", OF_IMAGES, |part, _| set_both(of(part), b"a base image")),
        Mutation::document("digest-beside-a-tag", OF_IMAGES, |part, _| {
            set_both(of(part), b"a base image");
            of(part).set(NAME, "registry.example.com/base:v1");
        }),
    ],
    invalid: &[
        Mutation::document("other-digest", OF_IMAGES, |part, _| {
            of(part).set(DIGEST, digest_of(Algorithm::Sha256, b"another base image"));
        })
        .after("same-digest"),
    ],
    ..Rule::BASE
};

fn set_both(annotations: &mut Tree, base: &[u8]) {
    let digest = digest_of(Algorithm::Sha256, base);
    annotations.set(NAME, format!("registry.example.com/base@{digest}"));
    annotations.set(DIGEST, digest);
}

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    let Some(name) = annotations.get(NAME).and_then(Value::as_str) else { return };
    let Some(value) = annotations.get(DIGEST) else { return };
    let (Ok(reference), Some(digest)) = (ImageReference::parse(&name), value.as_str()) else { return };
    // Under another algorithm the two may still mean the same manifest.
    if let Some(named) = reference.digest()
        && digest.split_once(':').is_some_and(|(algorithm, _)| algorithm == named.algorithm())
        && named.as_str() != digest
    {
        findings.report(value, format!("{digest:?}"), format!("{:?}, as in {NAME}", named.as_str()));
    }
}
