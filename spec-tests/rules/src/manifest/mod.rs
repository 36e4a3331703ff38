//! Requirements on image manifests (manifest.md).

mod edits;

use std::borrow::Cow;

use seaworthy_generators::mutation::Part;
use seaworthy_image::json::Value;
use seaworthy_image::media_type;
use seaworthy_image::views::{Manifest, text};

rules! {
    object,
    schema_version_required,
    schema_version_integer,
    schema_version_2,
    media_type_used,
    media_type_value,
    artifact_type_string,
    artifact_type_required,
    artifact_type_syntax,
    artifact_type_unknown,
    config_required,
    config_opaque,
    config_type_unknown,
    config_type_support,
    config_type_portable,
    config_placeholder,
    layers_array,
    layers_not_empty,
    layer_type_support,
    layer_type_portable,
    layer_type_zstd,
    layer_type_unknown,
    subject_weak,
    subject_manifest,
    empty_descriptor,
    empty_content,
    artifact_forms,
    artifact_config_type,
    artifact_layer_size,
    artifact_type_fallback,
}

/// Manifests of the two kinds: of an image, and of anything else.
const MANIFESTS: &[Part] = &[Part::Manifest, Part::Artifact];

/// The type of an image's configuration in Docker's own format.
const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// An optional member, unless it is null: manifest.md does not say whether null is as good as
/// absent there, so it breaks no rule.
fn unless_null(member: Option<Value<'_>>) -> Option<Value<'_>> {
    member.filter(|value| !value.is_null())
}

/// The media type of the configuration, as the manifest gives it.
fn config_type<'d>(manifest: &Manifest<'d>) -> Option<Cow<'d, str>> {
    text(manifest.config.and_then(|config| config.get("mediaType")))
}

/// Whether a media type is that of an image's configuration, OCI's or Docker's.
fn is_image_config(media_type: &str) -> bool {
    matches!(media_type, media_type::CONFIG | DOCKER_CONFIG)
}
