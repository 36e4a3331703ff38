//! The annotation `org.opencontainers.image.base.name` is advised to name its registry.
//!
//! Each tool has a default registry of its own, and a short name is looked up there: the base
//! image that is checked is then another one than was built on.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::annotations::Value as Kind;
use seaworthy_image::json::Value;
use seaworthy_image::reference::ImageReference;
use seaworthy_image::spec::SpecVersion;

use super::{OF_IMAGES, of, values_of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const KEY: &str = "org.opencontainers.image.base.name";

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("domain", OF_IMAGES, |part, _| of(part).set(KEY, "registry.example.com/x")),
        Mutation::document("localhost", OF_IMAGES, |part, _| of(part).set(KEY, "localhost/x")),
        Mutation::document("port", OF_IMAGES, |part, _| of(part).set(KEY, "registry:5000/x")),
    ],
    invalid: &[
        Mutation::document("no-registry", OF_IMAGES, |part, _| of(part).set(KEY, "my-org/my-image:tag"))
            .after("domain"),
        Mutation::document("name-alone", OF_IMAGES, |part, _| of(part).set(KEY, "my-image")).after("domain"),
        Mutation::document("tag-like-a-port", OF_IMAGES, |part, _| of(part).set(KEY, "my-image:5000"))
            .after("domain"),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for (value, text) in values_of(annotations, Kind::ImageReference, findings.version()) {
        if ImageReference::parse(&text).is_ok_and(|reference| !reference.is_fully_qualified()) {
            findings.report(value, format!("{text:?}, without a registry"), "registry/name");
        }
    }
}
