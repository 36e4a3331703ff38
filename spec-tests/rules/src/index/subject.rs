//! An index may name another manifest as its subject, which need not be there.
//!
//! The link is a weak one: it makes the index a referrer, and nothing has to be fetched for it.
//! Tools that copy only what they find on both ends break signatures made ahead of the image.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

/// What a subject must not be is said by the rules on descriptors.
pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[
        Mutation::document("stored", &[Part::NestedIndex], |index, _| {
            let Some(mut subject) = index.member("manifests").items().first().cloned() else { return };
            subject.remove("platform");
            index.set("subject", subject);
        }),
        Mutation::document("not-there", &[Part::NestedIndex], |index, _| {
            let subject = Tree::object([
                ("mediaType", media_type::MANIFEST.into()),
                ("digest", digest_of(Algorithm::Sha256, b"a manifest yet to come").into()),
                ("size", 22.into()),
            ]);
            index.set("subject", subject);
        }),
    ],
    ..Rule::BASE
};
