//! A whiteout without the name of a file is invalid, and is to be answered with an error.
//!
//! Programs have removed the whole directory in which it stands.

use seaworthy_generators::layer::{file};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Role, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "layer.md#whiteouts",
    binds: &[Role::Unpacker],
    check: Check::Entry(check),
    invalid: &[
        Mutation::entries("at-the-root", |members, _| {
            *members = vec![file(".wh.", "")];
        }),
        Mutation::entries("in-a-directory", |members, _| {
            *members = vec![file("etc/.wh.", "")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    if Marker::read(name(&member.entry)) == Some(Marker::Nameless) {
        findings.report_entry(member, member.position.header, "a whiteout of nothing", "the name of a file");
    }
}
