//! The media type that an index states of itself is that of an image index.
//!
//! It speaks of the document that it stands in, unlike the same member of a descriptor. A reader
//! that believes it over the descriptor reads an index as something else.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_image::views::Index;

use super::{INDEXES, unless_null};
use crate::{Check, Findings, Grade, Rule};

const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-index.md#image-index-property-descriptions",
    check: Check::Index(check),
    invalid: &[
        Mutation::document("manifest", INDEXES, |index, _| index.set("mediaType", media_type::MANIFEST)),
        Mutation::document("docker-manifest-list", INDEXES, |index, _| index.set("mediaType", DOCKER_LIST)),
        Mutation::document("with-parameter", INDEXES, |index, _| {
            let with_parameter = format!("{}; charset=utf-8", media_type::INDEX);
            index.set("mediaType", with_parameter);
        }),
        Mutation::document("empty", INDEXES, |index, _| index.set("mediaType", "")),
        Mutation::document("number", INDEXES, |index, _| index.set("mediaType", 1)),
    ],
    unclear: &[Mutation::document("null", INDEXES, |index, _| index.set("mediaType", Tree::Null))],
    ..Rule::BASE
};

fn check(index: &Index<'_>, findings: &mut Findings<'_>) {
    let Some(value) = unless_null(index.media_type) else { return };
    if value.as_str().as_deref() != Some(media_type::INDEX) {
        findings.report(value, String::from_utf8_lossy(value.raw()), media_type::INDEX);
    }
}
