//! The features of the operating system are an array of strings, if they are given.
//!
//! Every one of them is needed to run the image, so a reader must not skip what it cannot decode.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Config;

use super::{expect_strings, given};
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("null", CONFIG, |config, _| config.set("os.features", Tree::Null)),
        Mutation::document("empty", CONFIG, |config, _| config.set("os.features", Tree::strings(&[]))),
        // A program may well refuse to run an image that needs a feature unknown to it.
        Mutation::document("unknown-feature", CONFIG, |config, _| {
            config.set("os.features", Tree::strings(&["com.example.tides"]));
        })
        .may_be_refused(),
    ],
    invalid: &[
        Mutation::document("string", CONFIG, |config, _| config.set("os.features", "win32k")),
        Mutation::document("object", CONFIG, |config, _| {
            config.set("os.features", Tree::object([("win32k", true.into())]));
        }),
        Mutation::document("array-of-numbers", CONFIG, |config, _| {
            config.set("os.features", vec![Tree::Integer(1)]);
        }),
        Mutation::document("array-with-null", CONFIG, |config, _| {
            config.set("os.features", vec![Tree::Null]);
        }),
    ],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_strings(given(config.os_features), findings);
}
