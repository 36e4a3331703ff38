//! With the algorithm `sha512` the encoded part is 128 hexadecimal digits in lower case.
//!
//! A reader that does not know the algorithm still has to see that the value cannot be one.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, digest_of};

use seaworthy_image::views::{Descriptor, Relation};

use super::sha256_encoding::check_encoding;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#sha-512",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::descriptor("one-digit-missing", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Sha512, content);
            digest.pop();
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("one-digit-too-many", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Sha512, content);
            digest.push('0');
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("upper-case", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Sha512, content);
            digest = digest.to_uppercase().replace("SHA512", "sha512");
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("letter-beyond-f", Part::DESCRIPTORS, |descriptor, content, _| {
            let mut digest = digest_of(Algorithm::Sha512, content);
            digest.pop();
            digest.push('g');
            descriptor.set("digest", digest);
        }),
        Mutation::descriptor("length-of-sha256", Part::DESCRIPTORS, |descriptor, content, _| {
            let digest = digest_of(Algorithm::Sha256, content).replace("sha256", "sha512");
            descriptor.set("digest", digest);
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    check_encoding(descriptor, Algorithm::Sha512, findings);
}
