//! A configuration may be written compactly or with white space wherever JSON allows it.
//!
//! Its digest covers the white space too, so a reader may not depend on either way.

use seaworthy_generators::choices::Choices;
use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::{Style, Tree};

use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("none", CONFIG, |config, choices| write(config, Style::default(), choices)),
        Mutation::document("indented", CONFIG, |config, choices| {
            write(config, Style { indent: Some(4), ..Style::default() }, choices);
        }),
        Mutation::document("of-every-kind", CONFIG, |config, choices| {
            write(config, Style { odd_space: true, ..Style::default() }, choices);
        }),
    ],
    ..Rule::BASE
};

/// Writes the document here, so that the style of the rest of the image does not matter.
fn write(config: &mut Tree, style: Style, choices: &mut Choices<'_>) {
    *config = Tree::raw(config.write(&style, choices));
}
