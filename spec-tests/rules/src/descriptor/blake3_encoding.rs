//! With the algorithm `blake3` the encoded part is 64 hexadecimal digits in lower case.
//!
//! The algorithm can yield any length; with more than one in use, one content has many names.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Relation};

use super::sha256_encoding::check_encoding;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must().since(SpecVersion::Dev),
    section: "descriptor.md#blake3",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::descriptor("one-digit-missing", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Blake3, content);
            digest.pop();
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("one-digit-too-many", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Blake3, content);
            digest.push('0');
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("upper-case", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Blake3, content);
            digest = digest.to_uppercase().replace("BLAKE3", "blake3");
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("letter-beyond-f", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Blake3, content);
            digest.pop();
            digest.push('g');
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("output-of-512-bits", Part::DESCRIPTORS, |descriptor, content, _| {
            let digest = digest_of(Algorithm::Sha512, content).replace("sha512", "blake3");
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("output-of-128-bits", Part::DESCRIPTORS, |descriptor, content, _| {
            let digest = digest_of(Algorithm::Blake3, content);
            descriptor.set("digest", &digest[..39]);
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    check_encoding(descriptor, Algorithm::Blake3, findings);
}
