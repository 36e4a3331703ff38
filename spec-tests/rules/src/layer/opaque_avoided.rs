//! Layers are made with a whiteout for each path, rather than with opaque ones.
//!
//! What an opaque whiteout removes depends on the layers below, so the layer means something else on top
//! of others.

use seaworthy_generators::layer::{directory, file};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::tar::{Member};

use super::entries::name;
use crate::paths::Paths;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "layer.md#opaque-whiteout",
    check: Check::Entry(check),
    valid: &[
        Mutation::entries("explicit", |members, _| {
            *members = vec![file("etc/ports/.wh..hidden", ""), file("etc/ports/.wh.far", ""), file("etc/ports/.wh.north", "")];
        }),
    ],
    invalid: &[
        Mutation::entries("in-a-directory", |members, _| {
            *members = vec![directory("reef/"), file("reef/.wh..wh..opq", "")];
        }),
        Mutation::entries("at-the-root", |members, _| {
            *members = vec![file(".wh..wh..opq", "")];
        }),
    ],
    ..Rule::BASE
};

fn check(member: &Member, _: &Paths, findings: &mut Findings<'_>) {
    if Marker::read(name(&member.entry)) == Some(Marker::Opaque) {
        findings.report_entry(member, member.position.header, "an opaque whiteout", "one for each path");
    }
}
