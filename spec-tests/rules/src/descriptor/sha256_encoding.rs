//! With the algorithm `sha256` the encoded part is 64 hexadecimal digits in lower case.
//!
//! Upper case would give one content two names, which file systems and caches tell apart or not
//! as they please. A shortened value is met by far more than one content.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::digest::{Algorithm, Digest};
use seaworthy_image::views::{Descriptor, Relation};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#sha-256",
    check: Check::Descriptor(check),
    invalid: &[
        Mutation::document("one-digit-missing", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest[..70].to_owned());
        }),
        Mutation::document("one-digit-too-many", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| format!("{digest}0"));
        }),
        Mutation::document("length-of-sha1", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest[..47].to_owned());
        }),
        Mutation::document("upper-case", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| digest.to_uppercase().replace("SHA256", "sha256"));
        }),
        Mutation::document("one-letter-in-upper-case", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| {
                let letter = digest.rfind(|digit| ('a'..='f').contains(&digit)).unwrap_or_default();
                let (before, after) = digest.split_at(letter);
                format!("{before}{}{}", after[..1].to_uppercase(), &after[1..])
            });
        }),
        Mutation::document("letter-beyond-f", Part::DESCRIPTORS, |descriptor, _| {
            edit(descriptor, |digest| format!("{}g", &digest[..70]));
        }),
        Mutation::document("base-64", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("digest", "sha256:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564");
        }),
    ],
    ..Rule::BASE
};

fn edit(descriptor: &mut Tree, change: impl Fn(&str) -> String) {
    let digest = change(descriptor.text("digest"));
    descriptor.set("digest", digest);
}

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    check_encoding(descriptor, Algorithm::Sha256, findings);
}

/// Reports a digest of the algorithm whose encoded part that algorithm cannot yield.
pub(super) fn check_encoding(descriptor: &Descriptor<'_>, algorithm: Algorithm, findings: &mut Findings<'_>) {
    let (Some(value), Some(text)) = (descriptor.digest, descriptor.digest_text()) else { return };
    let encoded = text.strip_prefix(algorithm.name()).and_then(|rest| rest.strip_prefix(':'));
    let Some(encoded) = encoded else { return };
    // What is no digest at all is for another rule.
    if let Err(error) = algorithm.check_encoded(encoded)
        && Digest::parse(&text).is_ok()
    {
        let wanted = format!("{} hexadecimal digits in lower case", algorithm.encoded_len());
        findings.report(value, error.to_string(), wanted);
    }
}
