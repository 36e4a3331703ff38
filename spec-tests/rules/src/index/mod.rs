//! Requirements on index.

mod store;

use seaworthy_generators::choices::Choices;
use seaworthy_generators::mutation::Part;
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Value;

rules! {
    support,
    use_is_optional,
    object,
    schema_version_required,
    schema_version_integer,
    schema_version_2,
    media_type_used,
    media_type_value,
    artifact_type_string,
    artifact_type_syntax,
    manifests_required,
    manifests_array,
    entry_members,
    image_entries,
    nested_indexes,
    unknown_entries,
    platform_object,
    platform_architecture_required,
    platform_architecture_string,
    platform_architecture_goarch,
    platform_os_required,
    platform_os_string,
    platform_os_goos,
    platform_os_version_string,
    platform_os_features_strings,
    platform_os_features_mandatory,
    platform_os_features_windows,
    platform_variant_string,
    platform_variant_known,
    platform_features_reserved,
    first_match,
    subject,
}

/// The two places where an index may stand.
const INDEXES: &[Part] = &[Part::Index, Part::NestedIndex];

/// An edit of a JSON value before it is written.
type EditTree = fn(&mut Tree, &mut Choices<'_>);

/// An optional member, unless it is null: image-index.md does not say whether null is as good as
/// absent there, so it breaks no rule.
fn unless_null(member: Option<Value<'_>>) -> Option<Value<'_>> {
    member.filter(|value| !value.is_null())
}
