//! The annotations of manifests, of indexes and of descriptors stay where they are.
//!
//! They are about the image as an artefact, and may be another's: only labels are for the container.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use super::report;
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

/// The value of every annotation that the cases put there.
const VALUE: &str = "not for the container";

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "conversion.md#annotations",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document(
            "annotation",
            &[
                Part::Manifest,
                Part::Index,
                Part::EntryDescriptor,
                Part::ConfigDescriptor,
                Part::LayerDescriptor,
            ],
            |part, _| part.member("annotations").set("com.example.tide", VALUE),
        ),
        Mutation::document("key-of-an-implicit-annotation", &[Part::Manifest], |manifest, _| {
            manifest.set("annotations", Tree::object([("org.opencontainers.image.author", VALUE.into())]));
        }),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    if let Some((key, _)) = converted.found.annotations.iter().find(|(_, value)| *value == VALUE) {
        report(findings, None, format!("annotation {key:?} of a manifest or an index"), "labels alone".to_owned());
    }
}
