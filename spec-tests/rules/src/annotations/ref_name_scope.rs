//! The annotation `ref.name` counts only on the descriptors of a layout's `index.json`.
//!
//! Content names itself nowhere else: a tool that resolves a name found deeper down lets whoever
//! made the image decide what the user's names mean.

use seaworthy_generators::mutation::{Mutation, Part};

use super::of;
use crate::{Grade, Rule};

/// Places where the name has no meaning. That it stands there is no fault, to heed it is.
const ELSEWHERE: &[Part] =
    &[Part::NestedIndex, Part::PlatformDescriptor, Part::Manifest, Part::LayerDescriptor, Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should(),
    section: "annotations.md#pre-defined-annotation-keys",
    valid: &[Mutation::document("elsewhere", ELSEWHERE, |part, _| {
        of(part).set("org.opencontainers.image.ref.name", "v2");
    })],
    ..Rule::BASE
};
