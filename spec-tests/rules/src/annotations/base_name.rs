//! The annotation `org.opencontainers.image.base.name` is advised to be an image reference in the
//! format of the distribution project.
//!
//! Tools pull by it to see whether the base image has changed, and what does not parse cannot be
//! pulled.

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
        Mutation::document("with-tag", OF_IMAGES, |part, _| {
            of(part).set(KEY, "registry.example.com/my-org/my-image:tag");
        }),
        Mutation::document("with-port-and-digest", OF_IMAGES, |part, _| {
            let digest = format!("sha256:{}", "ab".repeat(32));
            of(part).set(KEY, format!("registry.example.com:5000/my__org/my-image@{digest}"));
        }),
    ],
    invalid: &[
        Mutation::document("upper-case-path", OF_IMAGES, |part, _| {
            of(part).set(KEY, "registry.example.com/My-Image:tag");
        })
        .after("with-tag"),
        Mutation::document("blank", OF_IMAGES, |part, _| of(part).set(KEY, "registry.example.com/a b"))
            .after("with-tag"),
        Mutation::document("url", OF_IMAGES, |part, _| {
            of(part).set(KEY, "https://registry.example.com/my-image");
        })
        .after("with-tag"),
        Mutation::document("two-tags", OF_IMAGES, |part, _| of(part).set(KEY, "registry.example.com/a:b:c"))
            .after("with-tag"),
        Mutation::document("short-digest", OF_IMAGES, |part, _| {
            of(part).set(KEY, "registry.example.com/a@sha256:ab");
        })
        .after("with-tag"),
        Mutation::document("empty", OF_IMAGES, |part, _| of(part).set(KEY, "")).after("with-tag"),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for (value, text) in values_of(annotations, Kind::ImageReference, findings.version()) {
        if let Err(error) = ImageReference::parse(&text) {
            findings.report(value, error.to_string(), "a reference like registry.example.com/image:tag");
        }
    }
}
