//! A layer is applied, not extracted; without whiteouts the two come to the same.

use seaworthy_generators::layer::{directory, file, hard_link, symlink};
use seaworthy_generators::mutation::Mutation;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "layer.md#applying-changesets",
    valid: &[
        Mutation::entries("nothing", |members, _| {
            *members = vec![];
        }),
        Mutation::entries("root-alone", |members, _| {
            *members = vec![directory("./")];
        }),
        Mutation::entries("without-whiteouts", |members, _| {
            *members = vec![directory("new/"), file("new/f", "f"), symlink("new/l", "f"), hard_link("new/h", "new/f")];
        }),
        Mutation::entries("with-a-whiteout", |members, _| {
            *members = vec![file("etc/.wh.motd", ""), file("etc/new", "n")];
        }),
        Mutation::entries("names-like-whiteouts", |members, _| {
            *members = vec![file("etc/wh.motd", "1"), file("etc/.WH.motd", "2"), file("etc/a.wh.motd", "3"), file("etc/.wh", "4")];
        }),
    ],
    ..Rule::BASE
};
