//! The author becomes the annotation `org.opencontainers.image.author`, if there is one.
//!
//! The key is in the singular, unlike `org.opencontainers.image.authors`, which builders set.

use seaworthy_generators::mutation::Mutation;

use super::{CONFIG, expect_annotation};
use crate::{Check, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#annotation-fields",
    check: Check::Conversion(|converted, findings| {
        expect_annotation(converted, converted.config.author, "author", findings);
    }),
    valid: &[
        Mutation::document("set", CONFIG, |config, _| config.set("author", "Alice <alice@example.com>, Bob")),
        Mutation::document("empty", CONFIG, |config, _| config.set("author", "")),
        Mutation::document("not-ascii", CONFIG, |config, _| config.set("author", "Ægir\n")),
        Mutation::document("absent", CONFIG, |config, _| drop(config.remove("author"))),
    ],
    ..Rule::BASE
};
