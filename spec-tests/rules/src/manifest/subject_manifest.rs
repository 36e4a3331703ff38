//! The subject of a manifest is another manifest, and not a part of one.
//!
//! Registries list referrers by the digests of manifests. An artifact that names a layer is found
//! by nobody who asks for what belongs to the image.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type::{self, Kind};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Manifest};

use crate::{Check, Findings, Grade, Rule};

const SUBJECT: &[Part] = &[Part::SubjectDescriptor];

/// Said without a keyword; an unknown type may be that of a manifest to come.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "manifest.md#image-manifest-property-descriptions",
    check: Check::Manifest(check),
    invalid: &[
        Mutation::document("layer", SUBJECT, |subject, _| {
            subject.set("mediaType", media_type::LAYER_TAR_GZIP);
        }),
        Mutation::document("configuration", SUBJECT, |subject, _| {
            subject.set("mediaType", media_type::CONFIG);
        }),
        Mutation::document("descriptor", SUBJECT, |subject, _| {
            subject.set("mediaType", media_type::DESCRIPTOR);
        }),
    ],
    ..Rule::BASE
};

fn check(manifest: &Manifest<'_>, findings: &mut Findings<'_>) {
    let Some(subject) = manifest.subject.map(Descriptor::of) else { return };
    let (Some(value), Some(name)) = (subject.media_type, subject.media_type_text()) else { return };
    match media_type::kind(&name, findings.version()) {
        Kind::Index | Kind::Manifest | Kind::Unknown => {}
        Kind::Descriptor | Kind::LayoutHeader | Kind::Config | Kind::Empty | Kind::Layer { .. } => {
            findings.report(value, name, "the media type of a manifest");
        }
    }
}
