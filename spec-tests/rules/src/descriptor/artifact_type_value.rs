//! The `artifactType` of a manifest's descriptor repeats the type of the manifest's configuration.
//!
//! The distribution specification takes the manifest's own `artifactType` first, so both values
//! are met in practice, and a reader that insists on one of them loses the other artifacts.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "descriptor.md#properties",
    valid: &[Mutation::document(
        "configuration-of-an-image",
        &[Part::EntryDescriptor, Part::PlatformDescriptor, Part::SubjectDescriptor],
        |descriptor, _| descriptor.set("artifactType", media_type::CONFIG),
    )],
    unclear: &[Mutation::document("neither-of-the-two", &[Part::EntryDescriptor], |descriptor, _| {
        descriptor.set("artifactType", "application/vnd.example.unrelated");
    })],
    ..Rule::BASE
};
