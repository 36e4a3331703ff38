//! The annotation `org.opencontainers.image.base.digest` is a digest.
//!
//! Tools compare it with the digest of the current base image to find out whether to build anew;
//! a tag or a shortened hash never compares equal, so they always do.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::annotations::Value as Kind;
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::json::Value;
use seaworthy_image::spec::SpecVersion;

use super::{OF_IMAGES, of, values_of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const KEY: &str = "org.opencontainers.image.base.digest";

/// The form is described without a keyword: so this is advice.
pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("sha256", OF_IMAGES, |part, _| {
            of(part).set(KEY, digest_of(Algorithm::Sha256, b"a base image"));
        }),
        Mutation::document("unregistered-algorithm", OF_IMAGES, |part, _| {
            of(part).set(KEY, "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
        }),
    ],
    invalid: &[
        Mutation::document("no-colon", OF_IMAGES, |part, _| of(part).set(KEY, "abc")).after("sha256"),
        Mutation::document("upper-case", OF_IMAGES, |part, _| {
            of(part).set(KEY, format!("sha256:{}", "AB".repeat(32)));
        })
        .after("sha256"),
        Mutation::document("shortened", OF_IMAGES, |part, _| of(part).set(KEY, "sha256:ab12cd34"))
            .after("sha256"),
        Mutation::document("empty", OF_IMAGES, |part, _| of(part).set(KEY, "")).after("sha256"),
    ],
    ..Rule::BASE
};

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for (value, text) in values_of(annotations, Kind::Digest, findings.version()) {
        if let Some(problem) = problem(&text, findings.version()) {
            findings.report(value, problem, "a digest");
        }
    }
}

fn problem(text: &str, version: SpecVersion) -> Option<String> {
    let digest = match Digest::parse(text) {
        Ok(digest) => digest,
        Err(error) => return Some(error.to_string()),
    };
    let algorithm = Algorithm::registered(digest.algorithm(), version)?;
    algorithm.check_encoded(digest.encoded()).err().map(|error| error.to_string())
}
