//! The `mediaType` of a descriptor is a type and a subtype by the naming rules of RFC 6838.
//!
//! Registries echo it as a Content-Type header. A type with parameters, blanks or line breaks is
//! cut short by one party and compared whole by another.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type::MediaType;
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("unregistered", &[Part::Artifact], |artifact, _| name(artifact, "1/vnd.example+type")),
        Mutation::document("every-sign", &[Part::Artifact], |artifact, _| name(artifact, "a!#$&-^_.+/b!#$&-^_.+")),
        Mutation::document("longest-names", &[Part::Artifact], |artifact, _| {
            name(artifact, &format!("{0}/{0}", "x".repeat(127)));
        }),
    ],
    invalid: &[
        Mutation::document("empty", Part::DESCRIPTORS, |descriptor, _| descriptor.set("mediaType", "")),
        Mutation::document("parameter", Part::DESCRIPTORS, |descriptor, _| {
            let media_type = format!("{};charset=utf-8", descriptor.text("mediaType"));
            descriptor.set("mediaType", media_type);
        }),
        Mutation::document("line-break-at-the-end", Part::DESCRIPTORS, |descriptor, _| {
            let media_type = format!("{}\n", descriptor.text("mediaType"));
            descriptor.set("mediaType", media_type);
        }),
        Mutation::document("no-slash", &[Part::Artifact], |artifact, _| name(artifact, "text")),
        Mutation::document("no-type", &[Part::Artifact], |artifact, _| name(artifact, "/plain")),
        Mutation::document("no-subtype", &[Part::Artifact], |artifact, _| name(artifact, "text/")),
        Mutation::document("two-slashes", &[Part::Artifact], |artifact, _| name(artifact, "text/plain/x")),
        Mutation::document("sign-first", &[Part::Artifact], |artifact, _| name(artifact, "text/.plain")),
        Mutation::document("wildcard", &[Part::Artifact], |artifact, _| name(artifact, "*/*")),
        Mutation::document("not-ascii", &[Part::Artifact], |artifact, _| name(artifact, "text/plaïn")),
        Mutation::document("subtype-too-long", &[Part::Artifact], |artifact, _| {
            name(artifact, &format!("text/{}", "x".repeat(128)));
        }),
    ],
    unclear: &[Mutation::document("upper-case", Part::DESCRIPTORS, |descriptor, _| {
        let media_type = descriptor.text("mediaType").to_uppercase();
        descriptor.set("mediaType", media_type);
    })],
    ..Rule::BASE
};

/// Names the type of an artifact's file, which may be any.
fn name(artifact: &mut Tree, media_type: &str) {
    artifact.member("layers").items()[0].set("mediaType", media_type);
}

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let (Some(value), Some(text)) = (descriptor.media_type, descriptor.media_type_text()) else { return };
    if let Err(error) = MediaType::check(&text) {
        findings.report(value, error.to_string(), "type/subtype (RFC 6838, section 4.2)");
    }
}
