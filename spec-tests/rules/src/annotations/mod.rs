//! Requirements on annotations.

use seaworthy_generators::mutation::Part;
use seaworthy_generators::tree::Tree;
use seaworthy_image::annotations::{Value as Kind, predefined};
use seaworthy_image::json::Value;
use seaworthy_image::spec::SpecVersion;

rules! {
    string_map,
    unique_keys,
    reverse_domain_keys,
    reserved_for_oci,
    reserved_for_image_spec,
    absent_or_empty,
    unknown_keys,
    predefined_anywhere,
    free_text,
    created,
    urls,
    licenses,
    ref_name_scope,
    ref_name_characters,
    ref_name_grammar,
    base_digest,
    base_name,
    base_name_qualified,
    base_name_agrees,
    label_schema,
}

/// Parts that may have annotations; those of a configuration are its labels.
const EVERYWHERE: &[Part] =
    &[Part::Index, Part::Manifest, Part::EntryDescriptor, Part::LayerDescriptor, Part::Config];

/// The same without the descriptor by whose annotation a plain image is found.
const REPLACEABLE: &[Part] = &[Part::Index, Part::Manifest, Part::LayerDescriptor, Part::Config];

/// Where what an annotation is about can be said of an image as a whole.
const OF_IMAGES: &[Part] = &[Part::Manifest, Part::Config];

/// The annotations of a part to edit, made as an empty map if there are none.
fn of(part: &mut Tree) -> &mut Tree {
    let is_config = part.get("rootfs").is_some();
    if is_config { part.member("config").member("Labels") } else { part.member("annotations") }
}

/// The annotations whose key promises a value of some kind, and whose value is a string.
fn values_of(annotations: Value<'_>, kind: Kind, version: SpecVersion) -> Vec<(Value<'_>, String)> {
    let promised = annotations
        .members()
        .filter(|member| predefined(&member.name(), version).is_some_and(|key| key.value == kind));
    promised.filter_map(|member| Some((member.value, member.value.as_str()?.into_owned()))).collect()
}
