//! The `urls` of a descriptor, which may be left out, are an array of strings.
//!
//! A reader that accepts a single string where a list belongs hides the error from whoever made
//! the image, until another reader meets it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Kind;
use seaworthy_image::views::{Descriptor, Relation, items};

use crate::checks::expect_kind;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "descriptor.md#properties",
    check: Check::Descriptor(check),
    valid: &[
        Mutation::document("none", Part::DESCRIPTORS, |descriptor, _| descriptor.set("urls", Tree::strings(&[]))),
        Mutation::document("one-twice", Part::DESCRIPTORS, |descriptor, _| {
            let url = "https://example.com/blob";
            descriptor.set("urls", Tree::strings(&[url, url]));
        }),
    ],
    invalid: &[
        Mutation::document("string", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("urls", "https://example.com/blob");
        }),
        Mutation::document("object", Part::DESCRIPTORS, |descriptor, _| descriptor.set("urls", Tree::object([]))),
        Mutation::document("number-in-it", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("urls", vec![1.into()]);
        }),
        Mutation::document("null-in-it", Part::DESCRIPTORS, |descriptor, _| {
            descriptor.set("urls", vec![Tree::Null]);
        }),
    ],
    unclear: &[Mutation::document("null", Part::DESCRIPTORS, |descriptor, _| {
        descriptor.set("urls", Tree::Null);
    })],
    ..Rule::BASE
};

fn check(descriptor: &Descriptor<'_>, _: Relation, findings: &mut Findings<'_>) {
    let urls = descriptor.urls.filter(|urls| !urls.is_null());
    expect_kind(urls, Kind::Array, findings);
    items(urls).for_each(|url| expect_kind(Some(url), Kind::String, findings));
}
