//! Members that the specification does not know cause no error, wherever in a configuration they are.
//!
//! Docker and others keep notes of their own there. A reader that is strict about names refuses a
//! good part of all images.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::spec::SpecVersion;

use super::edit_first_entry;
use crate::{Check, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "config.md#properties",
    check: Check::Behaviour,
    valid: &[
        Mutation::document("at-the-top", CONFIG, |config, _| config.set("docker_version", "29.1.0")),
        Mutation::document("first-of-all", CONFIG, |config, _| config.add_first("com.example.x", Tree::Null)),
        Mutation::document("in-config", CONFIG, |config, _| {
            config.member("config").set("OnBuild", Tree::strings(&["RUN true"]));
        }),
        Mutation::document("in-rootfs", CONFIG, |config, _| {
            config.member("rootfs").set("base_layer", "none");
        }),
        Mutation::document("in-history", CONFIG, |config, _| {
            edit_first_entry(config, |entry| entry.set("com.example.x", Tree::Integer(1)));
        }),
        Mutation::document("document-within", CONFIG, |config, _| {
            let within = config.clone();
            config.set("container_config", within);
        }),
        // What 1.1 brought are unknown members to 1.0, of any type.
        Mutation::document("later-members", CONFIG, |config, _| {
            config.set("os.version", Tree::Integer(10));
            config.set("variant", Tree::Integer(8));
            config.member("config").set("ArgsEscaped", "no");
            config.member("config").set("Healthcheck", Tree::strings(&["NONE"]));
        })
        .until(SpecVersion::V1_0_2),
    ],
    ..Rule::BASE
};
