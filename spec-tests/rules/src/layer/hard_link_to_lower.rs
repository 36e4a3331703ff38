//! A hard link to a file of a lower layer may be refused, but not lost.
//!
//! Programs that keep each layer by itself cannot make it. An empty file, or none and no error, is a file
//! system that nobody made.

use seaworthy_generators::layer::{file, hard_link, with};
use seaworthy_generators::mutation::Mutation;
use seaworthy_image::spec::SpecVersion;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "layer.md#hardlinks",
    valid: &[
        Mutation::entries("to-a-file", |members, _| {
            *members = vec![with(hard_link("bin/cow", "bin/cat"), |link| link.mode = 0o755)];
        })
        .may_be_refused(),
        Mutation::entries("to-one-of-two-names", |members, _| {
            *members = vec![with(hard_link("bin/cow", "bin/dog"), |link| link.mode = 0o755)];
        })
        .may_be_refused(),
        Mutation::entries("and-then-changed", |members, _| {
            *members = vec![hard_link("etc/greeting", "etc/motd"), file("etc/motd", "changed\n")];
        })
        .may_be_refused(),
    ],
    ..Rule::BASE
};
