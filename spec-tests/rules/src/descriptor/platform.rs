//! The descriptor of an image's manifest says for which platform the image is.
//!
//! Selection happens before the manifest is fetched. Where the platform is left out, as for
//! artifacts and by many tools in `index.json`, a reader must not take the entry for broken.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "descriptor.md#properties",
    valid: &[
        Mutation::document("present", &[Part::EntryDescriptor, Part::SubjectDescriptor], |descriptor, _| {
            let platform = Tree::object([("architecture", "amd64".into()), ("os", "linux".into())]);
            descriptor.set("platform", platform);
        }),
        Mutation::document("absent-from-an-index", &[Part::NestedIndex], |index, _| {
            for entry in index.member("manifests").items() {
                entry.remove("platform");
            }
        }),
    ],
    ..Rule::BASE
};
