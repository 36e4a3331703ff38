//! The `oci-layout` file has the member `imageLayoutVersion`.
//!
//! Without it nobody can tell which rules the directory follows once there is a second version.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::Header;

use crate::checks::expect_present;
use crate::{Check, Findings, Grade, Rule};

const HEADER: &[Part] = &[Part::Header];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "image-layout.md#content",
    check: Check::Header(check),
    invalid: &[
        Mutation::document("absent", HEADER, |header, _| drop(header.remove("imageLayoutVersion"))),
        Mutation::document("capital-letter", HEADER, |header, _| {
            header.rename("imageLayoutVersion", "ImageLayoutVersion");
        }),
    ],
    ..Rule::BASE
};

fn check(header: &Header<'_>, findings: &mut Findings<'_>) {
    expect_present(header.value, header.version, "imageLayoutVersion", findings);
}
