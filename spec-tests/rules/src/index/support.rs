//! Consumers of images are to be able to process an index.
//!
//! Most public images are indexes. A tool that knows manifests only cannot use them, and one that
//! trips over the entries that build tools add beside the images cannot either.

use seaworthy_generators::mutation::{Mutation, Part};

use super::store::{At, add_entry};
use crate::{Grade, Rule};

const ATTESTATION: &[u8] = br#"{"_type":"https://in-toto.io/Statement/v1"}"#;

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "image-index.md#oci-image-index-specification",
    valid: &[
        Mutation::document("single-entry", &[Part::NestedIndex], |index, _| {
            index.member("manifests").items().truncate(1);
        }),
        Mutation::stored("attestation-beside-images", &[Part::NestedIndex], |layout, path, _| {
            add_entry(layout, path, At::Last, "application/vnd.in-toto+json", ATTESTATION);
        }),
    ],
    ..Rule::BASE
};
