//! An image needs no index of its own: whoever publishes it may do so by its manifest alone.
//!
//! Tools that were only ever tried with images for several platforms look for a platform where
//! there is just one manifest, and find none.

use seaworthy_generators::mutation::{Mutation, Part};

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "image-index.md#oci-image-index-specification",
    valid: &[
        // The plain image is one already: `index.json` leads straight to its manifest.
        Mutation::document("straight-to-a-manifest", &[Part::EntryDescriptor], |_, _| {}),
    ],
    ..Rule::BASE
};
