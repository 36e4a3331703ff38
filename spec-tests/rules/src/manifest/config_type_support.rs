//! Every implementation supports configurations of the type that config.md defines.
//!
//! It is the one type that images can count on. A tool that cannot read it cannot read images.

use seaworthy_generators::mutation::{Mutation, Part};

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "manifest.md#image-manifest-property-descriptions",
    valid: &[Mutation::document("plain-image", &[Part::Manifest, Part::NestedIndex], |_, _| {})],
    ..Rule::BASE
};
