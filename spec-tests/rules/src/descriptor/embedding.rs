//! A descriptor may carry its content in `data`, so that nothing has to be fetched.
//!
//! Empty configurations and small files travel so. A reader that does not know `data` still finds
//! the blob; a registry has to take such manifests as they are.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::shape::base64;
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "descriptor.md#embedded-content",
    valid: &[
        Mutation::descriptor("embedded", EMBEDDING, |descriptor, content, _| embed(descriptor, content)),
        Mutation::stored("embedded-only", &[Part::ConfigDescriptor, Part::LayerDescriptor], |layout, path, _| {
            layout.files.remove(path);
        })
        .after("embedded")
        .may_be_refused(),
        Mutation::document("empty-object", &[Part::Artifact], |artifact, _| {
            artifact.member("config").set("data", "e30=");
        }),
    ],
    ..Rule::BASE
};

/// Every descriptor of an image whose content is small enough for that.
pub(super) const EMBEDDING: &[Part] =
    &[Part::EntryDescriptor, Part::ConfigDescriptor, Part::LayerDescriptor, Part::SubjectDescriptor];

/// Puts the content of a descriptor into it.
pub(super) fn embed(descriptor: &mut Tree, content: &[u8]) {
    descriptor.set("data", base64(content));
}
