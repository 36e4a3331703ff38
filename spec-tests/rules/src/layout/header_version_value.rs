//! The version of the layout is 1.0.0, the version of the specification that last changed it.
//!
//! It is not the version that a tool implements: one that writes that makes layouts which careful
//! readers refuse.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::{Header, text};

use crate::{Check, Findings, Grade, Rule};

const HEADER: &[Part] = &[Part::Header];
const VERSION: &str = "1.0.0";

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-layout.md#oci-layout-file",
    check: Check::Header(check),
    invalid: &[
        Mutation::document("specification-version", HEADER, |header, _| {
            header.set("imageLayoutVersion", "1.1.1");
        }),
        Mutation::document("prefix", HEADER, |header, _| header.set("imageLayoutVersion", "v1.0.0")),
        Mutation::document("no-patch", HEADER, |header, _| header.set("imageLayoutVersion", "1.0")),
        Mutation::document("blank-after", HEADER, |header, _| header.set("imageLayoutVersion", "1.0.0 ")),
        Mutation::document("empty", HEADER, |header, _| header.set("imageLayoutVersion", "")),
    ],
    ..Rule::BASE
};

fn check(header: &Header<'_>, findings: &mut Findings<'_>) {
    let (Some(value), Some(version)) = (header.version, text(header.version)) else { return };
    if version != VERSION {
        findings.report(value, format!("{version:?}"), format!("{VERSION:?}"));
    }
}
