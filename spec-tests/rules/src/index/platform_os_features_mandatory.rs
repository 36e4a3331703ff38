//! An entry is for hosts that have every feature in its `os.features`, and for no others.
//!
//! A tool that looks at architecture and system alone takes the first such entry, and the image
//! fails once it needs what the host lacks. The same platform without features comes later.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-index.md#image-index-property-descriptions",
    valid: &[Mutation::document("feature-that-no-host-has", &[Part::NestedIndex], |index, _| {
        let [first, second, ..] = index.member("manifests").items().as_mut_slice() else { return };
        let platform = first.member("platform");
        second.set("platform", platform.clone());
        platform.set("os.features", Tree::strings(&["com.example.no-host-has-this"]));
    })],
    ..Rule::BASE
};
