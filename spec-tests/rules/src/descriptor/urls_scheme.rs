//! Each of a descriptor's `urls` has the scheme `http` or `https`.
//!
//! A reader that hands any URL to its library can be sent to `file:`, and reads from the machine
//! that it runs on.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::uri::{self, UriKind};
use seaworthy_image::views::{Descriptor, Relation, items};

use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[Mutation::document("upper-case", Part::DESCRIPTORS, |descriptor, _| {
        descriptor.set("urls", Tree::strings(&["HTTPS://EXAMPLE.com/blob"]));
    })],
    invalid: &[
        Mutation::document("file", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("urls", Tree::strings(&["file:///etc/passwd"]));
        }),
        Mutation::document("ftp", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("urls", Tree::strings(&["ftp://example.com/blob"]));
        }),
        Mutation::document("urn-after-https", Part::DESCRIPTORS, |descriptor, _| {
            let urls = ["https://example.com/blob", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"];
            descriptor.set("urls", Tree::strings(&urls));
        }),
    ],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    for value in items(descriptor.urls) {
        let Some(text) = value.as_str() else { continue };
        let Ok(UriKind::Absolute { scheme }) = uri::check(&text) else { continue };
        if !["http", "https"].iter().any(|wanted| scheme.eq_ignore_ascii_case(wanted)) {
            findings.report(value, format!("the scheme {scheme:?}"), "http or https");
        }
    }
}
