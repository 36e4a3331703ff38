//! Each of a descriptor's `urls` keeps the grammar of RFC 3986.
//!
//! URL libraries repair blanks, backslashes and letters outside ASCII, each in its own way, so
//! that two readers of one image fetch from two places.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::uri;
use seaworthy_image::views::{Descriptor, Relation, items};

use crate::{Check, Findings, Grade, Rule};

const PARTS: &[Part] = &[Part::LayerDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("query-and-fragment", PARTS, |descriptor, _| {
            url(descriptor, "https://example.com/a%20b?c=d&e#f");
        }),
        Mutation::document("address-and-port", PARTS, |descriptor, _| {
            url(descriptor, "http://[2001:db8::1]:5000/x");
        }),
    ],
    invalid: &[
        Mutation::document("blank", PARTS, |descriptor, _| url(descriptor, "https://example.com/a b")),
        Mutation::document("line-break", PARTS, |descriptor, _| url(descriptor, "https://example.com/a\n")),
        Mutation::document("backslash", PARTS, |descriptor, _| url(descriptor, "https://example.com\\a")),
        Mutation::document("wrong-escape", PARTS, |descriptor, _| url(descriptor, "https://example.com/%zz")),
        Mutation::document("open-bracket", PARTS, |descriptor, _| url(descriptor, "https://[::1/")),
        Mutation::document("not-ascii", PARTS, |descriptor, _| url(descriptor, "https://exämple.com/")),
        Mutation::document("port-no-number", PARTS, |descriptor, _| url(descriptor, "https://example.com:x/")),
        Mutation::document("no-scheme-before-the-colon", PARTS, |descriptor, _| url(descriptor, "://example.com/")),
    ],
    unclear: &[
        Mutation::document("relative", PARTS, |descriptor, _| url(descriptor, "/blob")),
        Mutation::document("empty", PARTS, |descriptor, _| url(descriptor, "")),
    ],
    ..Rule::BASE
};

fn url(descriptor: &mut Tree, url: &str) {
    descriptor.set("urls", Tree::strings(&[url]));
}

/// A relative reference keeps the grammar too, although it leads nowhere.
fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    for value in items(descriptor.urls) {
        let Some(text) = value.as_str() else { continue };
        if let Err(error) = uri::check(&text) {
            findings.report(value, error.to_string(), "a URI (RFC 3986)");
        }
    }
}
