//! An entry of `index.json` may be of any media type, and one that is unknown causes no error.
//!
//! The index is also the place for metadata and for formats to come. A tool that reads every
//! entry as a manifest fails on the first that is none, and the images beside it are lost.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;

use super::store::{descriptor, file, list_first};
use crate::{Grade, Level, Rule};

/// 1.0.2 advised to ignore such entries.
pub const RULE: Rule = Rule {
    grade: Grade::should().then(SpecVersion::V1_1_1, Level::Must),
    section: "image-layout.md#indexjson-file",
    valid: &[
        Mutation::stored("xml", &[Part::Layout], |layout, _, _| {
            add(layout, "application/xml", b"<component type=\"desktop-application\"/>");
        }),
        Mutation::stored("later-version", &[Part::Layout], |layout, _, _| {
            add(layout, "application/vnd.oci.image.manifest.v2+json", b"{\"schemaVersion\":3}");
        }),
        Mutation::stored("unheard-of", &[Part::Layout], |layout, _, choices| {
            add(layout, "application/vnd.example.unheard-of.v9+cbor", choices.bytes(32));
        }),
        Mutation::stored("image-configuration", &[Part::ConfigDescriptor], |layout, path, _| {
            let config = layout.files.get(path).cloned().unwrap_or_default();
            list_first(layout, &descriptor(media_type::CONFIG, &config));
        }),
    ],
    ..Rule::BASE
};

fn add(layout: &mut Memory, media_type: &str, content: &[u8]) {
    file(layout, content);
    list_first(layout, &descriptor(media_type, content));
}
