//! Requirements on image configurations (config.md).

use seaworthy_generators::tree::Tree;
use seaworthy_image::date_time::{self, DateTimeError};
use seaworthy_image::json::{Kind, Value};
use seaworthy_image::views::{Config, RootFs, items};

use crate::checks::expect_kind;
use crate::finding::Findings;

rules! {
    immutable,
    diff_id_syntax,
    diff_id_encoded,
    object,
    null_members,
    created_string,
    created_date_time,
    author_string,
    architecture_present,
    architecture_string,
    architecture_known,
    os_present,
    os_string,
    os_known,
    os_version_string,
    os_version_any,
    os_features_strings,
    os_features_windows,
    variant_string,
    variant_known,
    config_object,
    user_string,
    user_forms,
    exposed_ports_object,
    exposed_ports_keys,
    exposed_ports_values,
    env_strings,
    env_assignments,
    entrypoint_strings,
    cmd_strings,
    cmd_executable,
    volumes_object,
    volumes_values,
    working_dir_string,
    labels,
    stop_signal_string,
    stop_signal_name,
    args_escaped_boolean,
    args_escaped_deprecated,
    reserved_integers,
    healthcheck_object,
    rootfs_present,
    rootfs_object,
    rootfs_type_present,
    rootfs_type_layers,
    diff_ids_present,
    diff_ids_strings,
    diff_ids_count,
    history_objects,
    history_strings,
    history_created_date_time,
    history_empty_layer_boolean,
    history_count,
    unknown_members,
    white_space,
}

/// An OPTIONAL member that says something: null is as good as absent in a configuration.
fn given(member: Option<Value<'_>>) -> Option<Value<'_>> {
    member.filter(|value| !value.is_null())
}

/// Reports a value that is there and is no array of strings.
fn expect_strings(value: Option<Value<'_>>, findings: &mut Findings<'_>) {
    expect_kind(value, Kind::Array, findings);
    items(value).for_each(|item| expect_kind(Some(item), Kind::String, findings));
}

/// Reports a value that is there and is no object of objects. Whether a member may be null
/// instead is left open, so it passes.
fn expect_objects(value: Option<Value<'_>>, findings: &mut Findings<'_>) {
    expect_kind(value, Kind::Object, findings);
    for member in value.into_iter().flat_map(Value::members) {
        expect_kind(given(Some(member.value)), Kind::Object, findings);
    }
}

/// Reports every member of an object that is an object with members of its own.
fn expect_empty_objects(value: Option<Value<'_>>, findings: &mut Findings<'_>) {
    for member in value.into_iter().flat_map(Value::members) {
        if member.value.members().next().is_some() {
            findings.report(member.value, "an object with members", "an empty object");
        }
    }
}

/// Reports a text that is no date-time. A blank for the `T` passes: the RFC's grammar does not
/// have it, but its text allows it to applications.
fn expect_date_time(value: Option<Value<'_>>, findings: &mut Findings<'_>) {
    let Some((value, text)) = value.and_then(|value| Some((value, value.as_str()?))) else { return };
    match date_time::check(&text) {
        Ok(_) | Err(DateTimeError::Blank { .. }) => {}
        Err(error) => findings.report(value, error.to_string(), "a date-time of RFC 3339"),
    }
}

/// The `rootfs` of a configuration, where it is an object.
fn rootfs<'d>(config: &Config<'d>) -> Option<RootFs<'d>> {
    config.rootfs.filter(|value| value.is_object()).map(RootFs::of)
}

/// The elements of `diff_ids`.
fn diff_ids<'d>(config: &Config<'d>) -> impl Iterator<Item = Value<'d>> {
    items(rootfs(config).and_then(|rootfs| rootfs.diff_ids))
}

/// Edits the first diff ID; an image may have none.
fn edit_first_diff_id(config: &mut Tree, change: impl Fn(&str) -> String) {
    if let Some(first) = config.member("rootfs").member("diff_ids").items().first_mut() {
        *first = change(first.as_str().unwrap_or_default()).into();
    }
}

/// Edits the first entry of the history; an image may have none.
fn edit_first_entry(config: &mut Tree, change: impl Fn(&mut Tree)) {
    config.member("history").items().first_mut().into_iter().for_each(change);
}
