//! The content of the `oci-layout` file has a media type, by which a descriptor can lead to it.
//!
//! The type is rarely met outside the file. A tool that takes every type of image-spec's for a
//! manifest or a layer fails on it.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::HEADER;
use seaworthy_image::media_type;

use super::store::{descriptor, file, list_first};
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "image-layout.md#oci-layout-file",
    valid: &[Mutation::stored("listed-as-a-blob", &[Part::Layout], |layout, _, _| {
        let header = layout.files.get(HEADER).cloned().unwrap_or_default();
        file(layout, &header);
        list_first(layout, &descriptor(media_type::LAYOUT_HEADER, &header));
    })],
    ..Rule::BASE
};
