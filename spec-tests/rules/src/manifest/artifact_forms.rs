//! A manifest may package anything: with a configuration or without, with files or without.
//!
//! The three forms are those of the decision tree for artifacts. Tools that expect an image behind
//! every manifest fail on each of them in another place.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use super::edits::{empty, set_artifact_config, set_artifact_file};
use crate::{Grade, Rule};

const ARTIFACT: &[Part] = &[Part::Artifact];

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "manifest.md#guidelines-for-artifact-usage",
    valid: &[
        Mutation::document("annotations-alone", ARTIFACT, |artifact, _| {
            artifact.set("layers", vec![empty()]);
            artifact.set("annotations", Tree::object([("com.example.data", "payload".into())]));
        }),
        Mutation::draft("file-without-configuration", ARTIFACT, |draft, _| {
            set_artifact_file(draft, "application/vnd.example.chart.v1", b"depth 7\n");
        }),
        Mutation::draft("file-and-configuration", ARTIFACT, |draft, _| {
            set_artifact_config(draft, "application/vnd.example.config.v1+json", b"{\"depth\":7}");
        }),
        Mutation::document("several-files", ARTIFACT, |artifact, _| {
            let mut second = empty();
            second.set("mediaType", "application/json");
            artifact.member("layers").items().push(second);
        }),
    ],
    ..Rule::BASE
};
