//! The annotation `org.opencontainers.image.licenses` is an SPDX licence expression.
//!
//! Tools that gather licences for an audit match these expressions. Under a name of one's own
//! making an image drops out of the audit unnoticed.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::annotations::Value as Kind;
use seaworthy_image::json::Value;
use spdx::identifiers::LICENSES;
use spdx::{Expression, ParseMode};

use super::{OF_IMAGES, of, values_of};
use crate::rule::Annotated;
use crate::{Check, Findings, Grade, Rule};

const KEY: &str = "org.opencontainers.image.licenses";

/// The form is described without a keyword, and the list of licences grows: so this is advice.
pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#pre-defined-annotation-keys",
    check: Check::Annotations(check),
    valid: &[
        Mutation::document("one", OF_IMAGES, |part, _| of(part).set(KEY, "Apache-2.0")),
        Mutation::document("choice", OF_IMAGES, |part, _| {
            of(part).set(KEY, "(MIT AND BSD-3-Clause) OR Apache-2.0+");
        }),
        Mutation::document("with-exception", OF_IMAGES, |part, _| {
            of(part).set(KEY, "GPL-2.0-or-later WITH Bison-exception-2.2");
        }),
        Mutation::document("deprecated", OF_IMAGES, |part, _| of(part).set(KEY, "GPL-2.0+")),
        Mutation::document("lower-case", OF_IMAGES, |part, _| of(part).set(KEY, "mit")),
        Mutation::document("reference", OF_IMAGES, |part, _| of(part).set(KEY, "LicenseRef-port-rules")),
    ],
    invalid: &[
        Mutation::document("long-name", OF_IMAGES, |part, _| of(part).set(KEY, "Apache License 2.0"))
            .after("one"),
        Mutation::document("comma", OF_IMAGES, |part, _| of(part).set(KEY, "MIT,ISC")).after("one"),
        Mutation::document("open-parenthesis", OF_IMAGES, |part, _| of(part).set(KEY, "(MIT")).after("one"),
        Mutation::document("operator-at-the-end", OF_IMAGES, |part, _| of(part).set(KEY, "MIT OR"))
            .after("one"),
        Mutation::document("unknown-licence", OF_IMAGES, |part, _| of(part).set(KEY, "Harbour-1.0"))
            .after("one"),
        Mutation::document("empty", OF_IMAGES, |part, _| of(part).set(KEY, "")).after("one"),
    ],
    unclear: &[
        // SPDX has this word for fields that hold an expression, but it is none itself.
        Mutation::document("none", &[Part::Manifest], |part, _| of(part).set(KEY, "NONE")).after("one"),
        // Operators are in upper case up to SPDX 2.3, and in either case since.
        Mutation::document("lower-case-operator", &[Part::Manifest], |part, _| {
            of(part).set(KEY, "MIT or ISC");
        })
        .after("one"),
    ],
    ..Rule::BASE
};

/// Deprecated licences are on the list still.
const MODE: ParseMode =
    ParseMode { allow_deprecated: true, allow_postfix_plus_on_gpl: true, ..ParseMode::STRICT };

/// How many characters are shown of what is no part of an expression.
const SHOWN: usize = 60;

fn check(annotations: Value<'_>, _: Annotated, findings: &mut Findings<'_>) {
    for (value, text) in values_of(annotations, Kind::LicenseExpression, findings.version()) {
        if let Err(error) = Expression::parse_mode(&with_listed_case(&text), MODE) {
            // The place is one in the text of the list's case, which is as long.
            let found = match text.get(error.span.clone()).filter(|part| !part.is_empty()) {
                Some(part) => format!("{}: {:?}", error.reason, part.chars().take(SHOWN).collect::<String>()),
                None => error.reason.to_string(),
            };
            findings.report(value, found, "an SPDX licence expression");
        }
    }
}

/// The text with each licence as the list spells it: SPDX takes them in any case, the crate not.
fn with_listed_case(text: &str) -> String {
    let is_end = |character: char| character.is_whitespace() || "()+".contains(character);
    let listed = |word: &str| {
        let word_of_list = LICENSES.iter().map(|licence| licence.name);
        word_of_list.into_iter().find(|name| name.eq_ignore_ascii_case(word)).map(str::to_owned)
    };
    let words = text.split_inclusive(is_end).map(|part| {
        let word = part.trim_end_matches(is_end);
        listed(word).unwrap_or_else(|| word.to_owned()) + &part[word.len()..]
    });
    words.collect()
}
