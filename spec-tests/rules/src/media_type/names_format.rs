//! Content is in the format that the media type of its descriptor names.
//!
//! A reader that goes by the bytes and one that goes by the descriptor take one digest for two
//! documents: a manifest for the scanner, an index for the runtime (CVE-2021-41190).

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::json::Value;
use seaworthy_image::media_type;
use seaworthy_image::views::DocumentKind;

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "media-types.md#oci-image-media-types",
    check: Check::Format(check),
    invalid: &[
        Mutation::document(
            "manifest-called-an-index",
            &[Part::EntryDescriptor, Part::PlatformDescriptor],
            |descriptor, _| descriptor.set("mediaType", media_type::INDEX),
        ),
        Mutation::bytes("index-called-a-manifest", &[Part::Manifest], |bytes, _| {
            *bytes = br#"{"schemaVersion":2,"manifests":[]}"#.to_vec();
        }),
        Mutation::bytes("manifest-called-a-configuration", &[Part::Config], |bytes, _| {
            *bytes = br#"{"schemaVersion":2,"config":{},"layers":[]}"#.to_vec();
        }),
        Mutation::bytes(
            "configuration-called-something-else",
            &[Part::NestedIndex, Part::Manifest],
            |bytes, _| *bytes = CONFIG.to_vec(),
        ),
    ],
    ..Rule::BASE
};

const CONFIG: &[u8] = br#"{"architecture":"amd64","os":"linux","config":{},
    "rootfs":{"type":"layers","diff_ids":[]}}"#;

/// What a document of each format has; the first of these is in no other format.
const SIGNS: [(DocumentKind, &str, &[&str]); 3] = [
    (DocumentKind::Index, "an image index", &["manifests"]),
    (DocumentKind::Manifest, "an image manifest", &["layers", "config"]),
    (DocumentKind::Config, "an image configuration", &["rootfs", "architecture", "os"]),
];

/// Only what has every sign of another format, and not the sign of its own, is taken for that: a
/// document that lacks something, or has too much, is a matter for its own rules.
fn check(root: Value<'_>, kind: DocumentKind, findings: &mut Findings<'_>) {
    let has = |name: &&str| root.get(name).is_some();
    let Some((_, wanted, own)) = SIGNS.iter().find(|(of, ..)| *of == kind) else { return };
    let other = SIGNS.iter().find(|(of, _, signs)| *of != kind && signs.iter().all(has));
    if let (Some((_, found, _)), false) = (other, has(&own[0])) {
        findings.report(root, *found, *wanted);
    }
}
